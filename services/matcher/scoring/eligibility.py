"""May a supplier bid on a lot, as far as its profile tells? A table with one entry a rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from services.matcher.scoring import lots
from services.matcher.scoring.area import Relation, locate
from services.matcher.scoring.codes import GapCode, RefusalCode
from services.matcher.scoring.cpv import in_subtree, known
from services.matcher.scoring.prepare import PreparedLot, PreparedSupplier
from services.matcher.scoring.reservations import (
    EXECUTION,
    MET,
    Finding,
    execution,
    participation,
)
from services.matcher.scoring.text import DESCRIPTION, level
from shared.contracts.codes import Verdict
from shared.contracts.match import Gap, Params
from shared.contracts.tender import Tender


@dataclass(frozen=True, slots=True)
class Question:
    """One lot put to one supplier at `now`; evidence is judged for `day`."""

    tender: Tender
    lot: PreparedLot
    supplier: PreparedSupplier
    now: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict, and why. `met`: the reservations of the lot whose terms are met."""

    verdict: Verdict
    refusals: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    met: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`for_invitation`: does the rule also hold for an invitation to a dialogue?"""

    name: str
    source: str
    judge: Callable[[Question], Finding]
    for_invitation: bool = False


def _refusal(code: RefusalCode, /, **params: str) -> Finding:
    named: Params = {**params}
    return Finding(refusals=(Gap(code=code, params=named),))


def _gap(code: GapCode, /, **params: str | list[str]) -> Finding:
    named: Params = {**params}
    return Finding(gaps=(Gap(code=code, params=named),))


def _status(question: Question) -> Finding:
    tender, lot = question.tender, question.lot.lot
    statuses = lots.STATUSES.get(tender.kind)
    if statuses is None:
        return _refusal(RefusalCode.KIND, kind=tender.kind.value)
    for status in (tender.status, lot.status):
        if status not in statuses:
            return _refusal(RefusalCode.STATUS, status=status.value)
    return MET


def _deadline(question: Question) -> Finding:
    deadline = question.lot.lot.deadline
    if deadline is None or not lots.late(question.lot.lot, question.now):
        return MET
    return _refusal(RefusalCode.LATE, deadline=deadline.astimezone(UTC).isoformat())


def _participation(question: Question) -> Finding:
    lot = question.lot
    return participation(lot.lot, lot.scope_codes, question.supplier.supplier.social, question.day)[
        0
    ]


def _execution(question: Question) -> Finding:
    return execution(question.lot.lot, question.supplier.supplier.social, question.day) or MET


def _certificates(question: Question) -> Finding:
    found = MET
    for code, spelling in question.lot.certificates.items():
        until = question.supplier.certificates.get(code)
        if until is None:
            found += _gap(GapCode.CERT, code=spelling)
        elif until < question.day:
            found += _gap(GapCode.CERT_EXPIRED, code=spelling, date=until.isoformat())
    return found


def _language(question: Question) -> Finding:
    accepted = set(question.lot.lot.submission_languages)
    if not accepted or accepted & set(question.supplier.supplier.languages):
        return MET
    return _gap(GapCode.LANGUAGE, languages=sorted(accepted))


def _excluded_trade(question: Question) -> Finding:
    excluded = sorted(filter(known, question.supplier.supplier.excluded_cpv))
    main = question.lot.scope_codes
    if not excluded or not main:
        return MET
    tops = [next((top for top in excluded if in_subtree(code, top)), None) for code in main]
    if tops[0] is None or None in tops:
        return MET
    return _refusal(RefusalCode.EXCLUDED_CPV, code=tops[0])


def _excluded_word(question: Question) -> Finding:
    for keyword in question.supplier.excluded_keywords:
        at = level(keyword, question.lot.stems)
        if at is not None and at <= DESCRIPTION:
            return _refusal(RefusalCode.EXCLUDED, word=keyword.word)
    return MET


def _strict_area(question: Question) -> Finding:
    if not question.supplier.supplier.area.strict:
        return MET
    places = question.lot.places
    located = locate(places, question.supplier.places)
    if located is not None and located.relation is Relation.INSIDE:
        return MET
    if located is None or places.of_buyer or located.relation is Relation.AROUND:
        return _gap(GapCode.PLACE)
    return _refusal(RefusalCode.AREA, place=located.place)


RULES: tuple[Rule, ...] = (
    Rule("status", "the notice", _status, for_invitation=True),
    Rule("deadline", "BT-131, BT-1311, BT-630", _deadline, for_invitation=True),
    Rule("participation", "LOU 4:18 p. 1, 19:25, 19:25 a", _participation),
    Rule("execution", "LOU 4:18 p. 2", _execution),
    Rule("certificates", "selection criteria of the notice", _certificates),
    Rule("language", "BT-97", _language),
    Rule("excluded trade", "the supplier's profile", _excluded_trade, for_invitation=True),
    Rule("excluded word", "the supplier's profile", _excluded_word, for_invitation=True),
    Rule("strict area", "the supplier's profile", _strict_area, for_invitation=True),
)
"""All rules, in the order in which their findings are listed. Contract terms (LOU 17 ch.) apply
at performance and have no rule: they never exclude."""


def judge(question: Question) -> Eligibility:
    """Decide whether the supplier may bid on the lot.

    Missing or old evidence gives POSSIBLE with a gap for each thing to show, never NOT_ELIGIBLE.
    For a market consultation ELIGIBLE means invited: there is nothing to bid for.
    """
    invited = lots.invitation(question.tender)
    found = MET
    for rule in RULES:
        if rule.for_invitation or not invited:
            found += rule.judge(question)
    if invited:
        found = Finding(refusals=found.refusals)
    if found.refusals:
        verdict = Verdict.NOT_ELIGIBLE
    else:
        verdict = Verdict.POSSIBLE if found.gaps else Verdict.ELIGIBLE
    met = () if invited else reservations_met(question)
    return Eligibility(verdict, found.refusals, found.gaps, met)


def reservations_met(question: Question) -> tuple[str, ...]:
    """The reservations of the lot, if the supplier meets all that is asked of it there."""
    lot, profile = question.lot.lot, question.supplier.supplier.social
    finding, which = participation(lot, question.lot.scope_codes, profile, question.day)
    sheltered = execution(lot, profile, question.day)
    if not finding.met or (sheltered is not None and not sheltered.met):
        return ()
    met = [which.value] if which else []
    if sheltered is not None:
        met.append(EXECUTION)
    return tuple(met)
