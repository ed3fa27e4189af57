"""The lots of a notice, and the parts of a plan, which are read as lots."""

from services.intake.domain.notice import CLOSED_NO_WINNER, OPEN_NO_WINNER, SELECTED
from services.intake.sources.eforms import values
from services.intake.sources.eforms.results import Results
from services.intake.sources.eforms.terms import Found, table
from services.intake.sources.errors import SourceCode, SourceError
from shared.codelists import iso_639_1
from shared.contracts.base import Money, unique
from shared.contracts.codes import Reservation, ReservedExecution, TenderStatus
from shared.contracts.tender import (
    AwardCriterion,
    Duration,
    Lot,
    Objectives,
    SelectionCriterion,
)

_PER_CENT = frozenset({"per-exa", "per-mid"})
_NOT_USED = "n-used"
_NONE = "none"
_OF_DECISION = {
    SELECTED: TenderStatus.AWARDED,
    CLOSED_NO_WINNER: TenderStatus.CLOSED,
    OPEN_NO_WINNER: TenderStatus.OPEN,
}


def lot_id_of(lot: Found) -> str:
    """BT-137 as it stands. Raises SourceError missing_field."""
    return values.code(lot.needed("lot_id")) or ""


def read_lot(
    lot: Found,
    *,
    status: TenderStatus,
    results: Results,
    language: str | None,
    max_lots: int | None,
) -> Lot:
    """What the lot itself says, and what the notice's results say of it.

    status -- that of a lot which no result names.
    language -- the notice's own, for texts that name none.
    """
    lot_id = lot_id_of(lot)
    result = results.of_lot.get(lot_id)
    if result is not None and status is not TenderStatus.CONTRACT_CHANGED:
        status = _OF_DECISION[result.decision]
    return Lot(
        lot_id=lot_id,
        status=status,
        title=values.texts(lot.elements("title"), language),
        description=values.texts(lot.elements("description"), language),
        cpv_main=_cpv_main(lot),
        cpv_additional=values.fitting(lot.values("cpv_additional"), values.cpv),
        nuts=values.fitting(lot.values("nuts"), values.nuts),
        countries=values.fitting(lot.values("countries"), values.code),
        value=_money(lot, "value"),
        maximum_value=_money(lot, "maximum_value"),
        duration=_duration(lot),
        renewals=values.first(lot.values("renewals"), values.whole_number),
        deadline=values.instant(lot, *_deadline_terms(lot), values.END_OF_DAY),
        question_deadline=values.instant(lot, "question_date", "question_time", values.END_OF_DAY),
        reserved=_reserved(lot),
        reserved_execution=_reserved_execution(lot),
        objectives=_objectives(lot),
        award_criteria=_award_criteria(lot, language),
        selection_criteria=_selection_criteria(lot, language),
        submission_languages=values.fitting(lot.values("submission_languages"), iso_639_1),
        max_lots=max_lots,
        sme_suitable=values.first(lot.values("sme_suitable"), values.boolean),
        subcontracting=values.first(
            lot.values("subcontracting_indication") + lot.values("subcontracting_obligation"),
            values.code,
        ),
        submission_url=values.first(lot.values("submission_url"), values.link),
        documents_url=values.first(lot.values("documents_url"), values.link),
        result=result,
        withheld=unique(lot.withheld() + results.withheld.get(lot_id, [])),
    )


def _cpv_main(lot: Found) -> str | None:
    elements = lot.elements("cpv_main")
    if len(elements) > 1:
        raise SourceError(
            SourceCode.REPEATED_FIELD,
            "A lot has one main classification (BT-262), not several.",
            lot.terms["cpv_main"].where(elements[1]),
        )
    return values.first(lot.values("cpv_main"), values.cpv)


def _money(lot: Found, name: str) -> Money | None:
    return next((money for money in map(values.money, lot.elements(name)) if money), None)


def _deadline_terms(lot: Found) -> tuple[str, str]:
    """The first of BT-1311, BT-131 and BT-630 that the lot has."""
    for step in ("participation", "tender"):
        if lot.elements(f"{step}_date"):
            return f"{step}_date", f"{step}_time"
    return "interest_date", "interest_time"


def _duration(lot: Found) -> Duration | None:
    measures = lot.elements("duration")
    amount = values.first(lot.values("duration"), values.whole_number)
    unit = values.code(measures[0].get("unitCode", "").strip()) if measures else None
    duration = Duration(
        amount=amount,
        unit=unit if amount is not None else None,
        start=values.instant(lot, "start", None, values.START_OF_DAY),
        end=values.instant(lot, "end", None, values.END_OF_DAY),
    )
    return duration if duration != Duration() else None


def _reserved(lot: Found) -> list[Reservation]:
    """BT-71 without `none`. An unknown code is an error: it decides who may bid."""
    found = []
    for element, value in zip(lot.elements("reserved"), lot.values("reserved"), strict=True):
        if value == _NONE:
            continue
        if value not in (Reservation.WORKSHOP, Reservation.PUBLIC_SERVICE):
            raise lot.bad("reserved", element, f"is not a known reservation: {value[:50]}")
        found.append(Reservation(value))
    return list(dict.fromkeys(found))


def _reserved_execution(lot: Found) -> ReservedExecution | None:
    elements = lot.elements("reserved_execution")
    value = lot.value("reserved_execution")
    if value is None:
        return None
    try:
        return ReservedExecution(value)
    except ValueError:
        raise lot.bad(
            "reserved_execution", elements[0], f"is not yes, no or not-known: {value[:50]}"
        ) from None


def _objectives(lot: Found) -> Objectives:
    def codes(*names: str) -> list[str]:
        given = [value for name in names for value in lot.values(name) if value != _NONE]
        return values.fitting(given, values.code)

    return Objectives(
        social=codes("social"),
        green=codes("environmental", "green_criteria"),
        innovation=codes("innovation"),
    )


def _award_criteria(lot: Found, language: str | None) -> list[AwardCriterion]:
    read = [
        AwardCriterion(
            type=values.first(criterion.values("type"), values.code),
            name=values.texts(criterion.elements("name"), language),
            description=values.texts(criterion.elements("description"), language),
            weight=values.first(criterion.values("weight"), values.percent)
            if criterion.value("weight_kind") in _PER_CENT
            else None,
        )
        for criterion in table().each("award_criterion", lot.node)
    ]
    return [criterion for criterion in read if criterion != AwardCriterion()]


def _selection_criteria(lot: Found, language: str | None) -> list[SelectionCriterion]:
    """Those that are used; a notice may list criteria to say that they are not (BT-748)."""
    read = [
        SelectionCriterion(
            type=values.first(criterion.values("type"), values.code),
            description=values.texts(criterion.elements("description"), language),
        )
        for criterion in table().each("selection_criterion", lot.node)
        if criterion.value("usage") != _NOT_USED
    ]
    return [criterion for criterion in read if criterion != SelectionCriterion()]
