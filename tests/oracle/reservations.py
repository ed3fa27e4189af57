"""Reserved procurement: docs/scoring.md sections 2.2 and 2.3."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.contracts.supplier import Claim, ShareClaim, SocialProfile
from shared.contracts.tender import Lot
from tests.oracle.codes import additional_codes, main_code, within

Said = tuple[str, dict[str, Any]]

ORDER = ("res-ws", "res-pub-ser", "se-19-25a")
OLD_DAYS = 365
LEAST_SHARE = 30

_SCOPE_25 = """
    75121000 75122000 75123000 79622000 79624000 79625000 80110000 80300000 80420000 80430000
    80511000 80520000 80590000 92500000 92600000 98133000 98133110
"""
_SCOPE_25A = """
    75200000 75231200 75231240 79611000 79622000 79624000 79625000 80000000 85000000 98133000
"""


@dataclass
class Findings:
    """What one reservation gives: refusals and gaps, in the order of its conditions."""

    code: str
    order: int
    on: date
    refusals: list[Said] = field(default_factory=list)
    gaps: list[Said] = field(default_factory=list)

    @property
    def rank(self) -> tuple[int, int, int]:
        """The best verdict first, then the fewest gaps, then the fixed order."""
        if self.refusals:
            return 2, 0, self.order
        return (1 if self.gaps else 0), len(self.gaps), self.order

    def old(self, evidence: date | None) -> bool:
        return evidence is not None and (self.on - evidence).days > OLD_DAYS

    def met(self, claim: Claim) -> bool:
        return (claim.answer is True and claim.evidence_date is not None) and not self.old(
            claim.evidence_date
        )

    def gap(self, code: str, /, **params: Any) -> None:
        self.gaps.append((code, {"reservation": self.code, **params}))

    def gap_old(self, what: str, evidence: date) -> None:
        self.gap("old", what=what, date=evidence.isoformat())

    def refuse(self, what: str) -> None:
        self.refusals.append(("reserved", {"reservation": self.code, "what": what}))

    def claim(self, what: str, claim: Claim, registered: bool = False) -> None:
        """Judge a yes or no. `registered`: what would be a gap is met instead."""
        evidence = claim.evidence_date
        if evidence is not None and self.old(evidence) and claim.answer is not None:
            if not registered:
                self.gap_old(what, evidence)
        elif claim.answer is False:
            self.refuse(what)
        elif not self.met(claim) and not registered:
            self.gap(what)

    def share(self, what: str, claim: ShareClaim) -> None:
        """Judge a share of at least 30 per cent."""
        evidence = claim.evidence_date
        if claim.percent is None or evidence is None:
            self.gap(what, minimum=LEAST_SHARE)
        elif self.old(evidence):
            self.gap_old(what, evidence)
        elif claim.percent < LEAST_SHARE:
            self.refuse(what)

    def scope(self, lot: Lot, covers: Callable[[str], bool]) -> None:
        """The kind of service must be one that the paragraph names."""
        main = main_code(lot)
        codes = [main] if main else additional_codes(lot)
        if not any(covers(code) for code in codes):
            self.gap("scope", **({"code": min(codes)} if codes else {}))


def in_25(code: str) -> bool:
    """LOU 19 ch. 25 §: the listed codes, and 85000000 to 85323000 as numbers."""
    return code in _SCOPE_25.split() or 85000000 <= int(code) <= 85323000


def in_25a(code: str) -> bool:
    """LOU 19 ch. 25 a §, the certain part: the listed codes and what lies below them."""
    return any(within(code, above) for above in _SCOPE_25A.split())


def alternatives(lot: Lot, social: SocialProfile, on: date) -> list[Findings]:
    """The findings of each reservation of the lot, in the fixed order."""
    judges = {"res-ws": _workshop, "res-pub-ser": _public_service, "se-19-25a": _ideburen}
    found = []
    for order, code in enumerate(ORDER):
        if code in lot.reserved:
            findings = Findings(code, order, on)
            judges[code](findings, lot, social)
            found.append(findings)
    return found


def _workshop(findings: Findings, lot: Lot, social: SocialProfile) -> None:
    findings.claim("purpose", social.integration_purpose)
    findings.share("share", social.integration_share)


def _public_service(findings: Findings, lot: Lot, social: SocialProfile) -> None:
    purpose = social.public_benefit
    if purpose.evidence_date is not None and findings.old(purpose.evidence_date) and purpose.answer:
        findings.gap_old("public_benefit", purpose.evidence_date)
    elif not findings.met(purpose):
        findings.gap("service_purpose")
    findings.claim("profit", social.profit_reinvested)
    findings.claim("participation", social.participation)
    findings.scope(lot, in_25)


def _ideburen(findings: Findings, lot: Lot, social: SocialProfile) -> None:
    registered = findings.met(social.ideburen_registration)
    findings.claim("public_benefit", social.public_benefit, registered)
    findings.claim("profit", social.profit_reinvested, registered)
    findings.claim("no_public_control", social.no_public_control, registered)
    findings.scope(lot, in_25a)
