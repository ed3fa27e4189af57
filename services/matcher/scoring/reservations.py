"""Reserved participation and execution: who may take part (LOU 4:18, 19:25, 19:25 a).

Missing or old evidence is a gap; only a clear "no" is a refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from services.matcher.scoring.codes import GapCode, RefusalCode
from services.matcher.scoring.cpv import in_subtree
from shared.codelists.reserved import SCOPE_19_25A, within_19_25
from shared.contracts.codes import Reservation, ReservedExecution
from shared.contracts.match import Gap, Params
from shared.contracts.supplier import Claim, ShareClaim, SocialProfile
from shared.contracts.tender import Lot

EXECUTION = "execution"
MINIMUM_SHARE = 30
"""Per cent of those occupied. Source: LOU 4:18, Directive 2014/24 article 20."""
VALID_FOR = timedelta(days=365)
"""Evidence older than this at the judgement date has to be confirmed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds: neither refusals nor gaps means that it is met."""

    refusals: tuple[Gap, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def __add__(self, other: "Finding") -> "Finding":
        return Finding(self.refusals + other.refusals, self.gaps + other.gaps)

    @property
    def met(self) -> bool:
        return not self.refusals and not self.gaps


MET = Finding()


@dataclass(frozen=True, slots=True)
class Case:
    """One reservation of one lot, put to one profile, for one day."""

    reservation: str
    profile: SocialProfile
    day: date
    scope_codes: tuple[str, ...] = ()

    def gap(self, code: GapCode, /, **params: str | int) -> Finding:
        named: Params = {"reservation": self.reservation, **params}
        return Finding(gaps=(Gap(code=code, params=named),))

    def refusal(self, what: GapCode) -> Finding:
        named: Params = {"reservation": self.reservation, "what": what.value}
        return Finding(refusals=(Gap(code=RefusalCode.RESERVED, params=named),))

    def old(self, what: GapCode, evidence: date) -> Finding:
        return self.gap(GapCode.OLD, what=what.value, date=evidence.isoformat())

    def is_old(self, evidence: date) -> bool:
        return self.day - evidence > VALID_FOR

    def claim(self, claim: Claim, what: GapCode) -> Finding:
        """Judge a yes or no."""
        evidence = claim.evidence_date
        if claim.answer is not None and evidence and self.is_old(evidence):
            return self.old(what, evidence)
        if claim.answer is False:
            return self.refusal(what)
        return MET if claim.answer and evidence else self.gap(what)

    def share(self, claim: ShareClaim, what: GapCode) -> Finding:
        """Judge a share of those occupied."""
        if claim.percent is None or claim.evidence_date is None:
            return self.gap(what, minimum=MINIMUM_SHARE)
        if self.is_old(claim.evidence_date):
            return self.old(what, claim.evidence_date)
        return MET if claim.percent >= MINIMUM_SHARE else self.refusal(what)

    def scope(self, within: Callable[[str], bool]) -> Finding:
        """Outside the codes of the paragraph the supplier should ask; it is not refused."""
        if any(within(code) for code in self.scope_codes):
            return MET
        if not self.scope_codes:
            return self.gap(GapCode.SCOPE)
        return self.gap(GapCode.SCOPE, code=min(self.scope_codes))


def _workshop(case: Case) -> Finding:
    """LOU 4:18 p. 1: main purpose is integration, and at least 30 % of those occupied."""
    profile = case.profile
    return case.claim(profile.integration_purpose, GapCode.PURPOSE) + case.share(
        profile.integration_share, GapCode.SHARE
    )


def _service_purpose(case: Case) -> Finding:
    """The purpose must be tied to the service. Public-benefit statutes show it; nothing in a
    profile denies it."""
    claim = case.profile.public_benefit
    if claim.answer and claim.evidence_date:
        if case.is_old(claim.evidence_date):
            return case.old(GapCode.PUBLIC_BENEFIT, claim.evidence_date)
        return MET
    return case.gap(GapCode.SERVICE_PURPOSE)


def _public_service(case: Case) -> Finding:
    """LOU 19:25: purpose tied to the service, profit reinvested, participation."""
    profile = case.profile
    return (
        _service_purpose(case)
        + case.claim(profile.profit_reinvested, GapCode.PROFIT)
        + case.claim(profile.participation, GapCode.PARTICIPATION)
        + case.scope(within_19_25)
    )


def _ideburen(case: Case) -> Finding:
    """LOU 19:25 a: idéburna organisations; registration with Kammarkollegiet is voluntary and
    stands for what is not shown otherwise."""
    profile = case.profile
    registered = case.claim(profile.ideburen_registration, GapCode.PUBLIC_BENEFIT).met
    found = MET
    for claim, what in (
        (profile.public_benefit, GapCode.PUBLIC_BENEFIT),
        (profile.profit_reinvested, GapCode.PROFIT),
        (profile.no_public_control, GapCode.NO_PUBLIC_CONTROL),
    ):
        judged = case.claim(claim, what)
        if judged.refusals or not registered:
            found += judged
    return found + case.scope(lambda code: any(in_subtree(code, top) for top in SCOPE_19_25A))


RESERVATIONS: dict[Reservation, Callable[[Case], Finding]] = {
    Reservation.WORKSHOP: _workshop,
    Reservation.PUBLIC_SERVICE: _public_service,
    Reservation.IDEBUREN: _ideburen,
}
"""In the order in which equal alternatives are taken."""


def participation(
    lot: Lot, scope_codes: tuple[str, ...], profile: SocialProfile, day: date
) -> tuple[Finding, Reservation | None]:
    """Judge reserved participation: any one of the named groups may take part.

    Returns the finding of the alternative that serves the supplier best, and which it is;
    the refusals of all where all are refused.
    """
    judged = [
        (judge(Case(reservation.value, profile, day, scope_codes)), reservation)
        for reservation, judge in RESERVATIONS.items()
        if reservation in lot.reserved
    ]
    possible = [(finding, which) for finding, which in judged if not finding.refusals]
    if possible:
        return min(possible, key=lambda pair: len(pair[0].gaps))
    refusals = tuple(refusal for finding, _ in judged for refusal in finding.refusals)
    return Finding(refusals=refusals), None


def execution(lot: Lot, profile: SocialProfile, day: date) -> Finding | None:
    """Judge reserved execution, LOU 4:18 p. 2, whatever the supplier's purpose: at least 30 %
    are in sheltered employment already when bidding. None where it is not asked."""
    if lot.reserved_execution is not ReservedExecution.YES:
        return None
    return Case(EXECUTION, profile, day).share(profile.sheltered_share, GapCode.SHELTERED)
