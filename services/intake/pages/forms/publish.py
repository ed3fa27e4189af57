"""The form of a direct procurement: what was typed becomes a tender, or errors by field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

from services.intake.domain.fields import Link
from services.intake.domain.tender_input import (
    BuyerInput,
    DurationInput,
    LotInput,
    SourceInput,
    TenderInput,
)
from services.intake.pages.forms import values
from shared.codelists import MUNICIPALITIES, CpvSuggestion, municipality_by_name
from shared.contracts.base import Money
from shared.contracts.codes import ClauseCode, Reservation, ReservedExecution
from shared.contracts.tender import AwardCriterion, Clause
from shared.web.forms import FieldError, Form

EXECUTION = "execution"
"""Value of the choice "reserved execution" (LOU 4:18 second paragraph) in the form."""
RESERVATIONS = (Reservation.WORKSHOP, EXECUTION, Reservation.PUBLIC_SERVICE, Reservation.IDEBUREN)
CLAUSES = tuple(ClauseCode)
COUNTED = (ClauseCode.EMPLOYMENT, ClauseCode.INTERNSHIP)
"""Terms that say how many people."""

MAX_TITLE, MAX_UNIT, MAX_LONG, MAX_NAMES = 200, 200, 5_000, 300
MAX_MONTHS, MAX_PEOPLE, MAX_DAYS_AHEAD = 240, 999, 730
SUGGESTIONS = 6
_LINK: TypeAdapter[str] = TypeAdapter(Link)

ClauseText = Callable[[ClauseCode, int], dict[str, str]]
"""The words of a term with a number of people, in each language."""


@dataclass(frozen=True)
class Procurement:
    """What a unit typed, checked."""

    unit: str
    title: str
    description: str
    cpv: str
    place: str
    value: Decimal
    months: int | None
    deadline: date
    certificates: tuple[str, ...]
    criteria: str
    reservation: str
    clauses: tuple[tuple[ClauseCode, int | None], ...]
    documents: str


def suggestions(form: Form, language: str) -> Sequence[CpvSuggestion]:
    """Trades for the words in the trade field."""
    return values.trades(form.one("trade"), language, SUGGESTIONS)


def chosen_cpv(form: Form) -> str | None:
    """The code typed in the trade field, or the trade picked among suggestions for its words.

    A pick does not outlive a change of the words: `found_for` holds those that it was made for.
    """
    picked = form.one("cpv") if form.one("found_for") == form.one("trade") else ""
    return values.cpv_code(form.one("trade")) or values.cpv_code(picked)


def read(form: Form, today: date) -> Procurement | list[FieldError]:
    """The procurement, or what is wrong in the order of the page; `today` is the day in Sweden."""
    errors = [*_texts(form), *_choices(form), *_figures(form, today)]
    if errors:
        return sorted(errors, key=lambda error: ORDER.index(error.name))
    cpv, value, deadline = (
        chosen_cpv(form),
        values.kronor(form.one("value")),
        values.iso_day(form.one("deadline")),
    )
    assert cpv  # the checks above hold all three
    assert value is not None
    assert deadline
    return Procurement(
        unit=form.one("unit"),
        title=" ".join(form.one("title").split()),
        description=form.one("description"),
        cpv=cpv,
        place=form.one("place"),
        value=value,
        months=values.count(form.one("months"), MAX_MONTHS),
        deadline=deadline,
        certificates=tuple(values.named_list(form.one("certificates"))),
        criteria=form.one("criteria"),
        reservation=form.one("reservation"),
        clauses=tuple(
            (code, values.count(form.one(f"n-{code}"), MAX_PEOPLE) if code in COUNTED else None)
            for code in CLAUSES
            if code in form.all("clauses")
        ),
        documents=form.one("documents"),
    )


ORDER = (
    "unit",
    "title",
    "description",
    "trade",
    "place",
    "value",
    "months",
    "deadline",
    "certificates",
    "criteria",
    "reservation",
    "clauses",
    *(f"n-{code}" for code in COUNTED),
    "documents",
)
"""The fields as they stand on the page."""


def _texts(form: Form) -> list[FieldError]:
    errors: list[FieldError] = []
    required = ("unit", "title", "description")
    errors += [FieldError(name, f"error.{name}") for name in required if not form.one(name)]
    for name, most in (
        ("unit", MAX_UNIT),
        ("title", MAX_TITLE),
        ("description", MAX_LONG),
        ("criteria", MAX_LONG),
        ("certificates", MAX_NAMES),
    ):
        if len(form.one(name)) > most:
            errors.append(FieldError(name, "error.long", {"most": most}))
    if any(len(name) > 100 for name in values.named_list(form.one("certificates"))):
        errors.append(FieldError("certificates", "error.certificates"))
    try:
        _LINK.validate_python(form.one("documents"))
    except ValidationError:
        errors.append(FieldError("documents", "error.documents"))
    return errors


def _choices(form: Form) -> list[FieldError]:
    errors: list[FieldError] = []
    if chosen_cpv(form) is None:
        errors.append(FieldError("trade", "error.trade"))
    if form.one("place") not in MUNICIPALITIES:
        errors.append(FieldError("place", "error.place"))
    if form.one("reservation") not in ("", *RESERVATIONS):
        errors.append(FieldError("reservation", "error.choice"))
    if any(code not in CLAUSES for code in form.all("clauses")):
        errors.append(FieldError("clauses", "error.choice"))
    return errors


def _figures(form: Form, today: date) -> list[FieldError]:
    errors: list[FieldError] = []
    if not values.kronor(form.one("value")):
        errors.append(FieldError("value", "error.kronor"))
    if form.one("months") and values.count(form.one("months"), MAX_MONTHS) is None:
        errors.append(FieldError("months", "error.months", {"most": MAX_MONTHS}))
    deadline = values.iso_day(form.one("deadline"))
    if deadline is None or deadline <= today:
        errors.append(FieldError("deadline", "error.deadline"))
    elif deadline > today + timedelta(days=MAX_DAYS_AHEAD):
        errors.append(FieldError("deadline", "error.deadline_far"))
    for code in COUNTED:
        text = form.one(f"n-{code}")
        if text and values.count(text, MAX_PEOPLE) is None:
            errors.append(FieldError(f"n-{code}", "error.people", {"most": MAX_PEOPLE}))
        elif text and code not in form.all("clauses"):
            errors.append(FieldError(f"n-{code}", "error.people_without_term"))
    return errors


def to_tender(
    given: Procurement, draft_id: str, language: str, clause_text: ClauseText
) -> TenderInput:
    """The tender of a form; the same `draft_id` sent twice is the same tender."""
    execution = given.reservation == EXECUTION
    lot = LotInput(
        cpv_main=given.cpv,
        municipalities=[given.place],
        value=Money(amount=given.value),
        duration=DurationInput(amount=given.months, unit="MONTH") if given.months else None,
        deadline=values.end_of_day(given.deadline),
        reserved=[Reservation(given.reservation)] if given.reservation and not execution else [],
        reserved_execution=ReservedExecution.YES if execution else None,
        clauses=[
            Clause(code=code, text=clause_text(code, people) if people else {})
            for code, people in given.clauses
        ],
        award_criteria=[AwardCriterion(description={language: given.criteria})]
        if given.criteria
        else [],
        certificates=list(given.certificates),
        documents_url=given.documents,
    )
    return TenderInput(
        source=SourceInput(system="form", notice_id=draft_id),
        buyers=[BuyerInput(name=given.unit, municipality=municipality_by_name(given.unit))],
        title={language: given.title},
        description={language: given.description},
        language=language,
        lots=[lot],
    )
