"""Texts of a notice to the types of the contract: read, or clearly left empty."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from services.intake.sources.eforms.document import Element
from services.intake.sources.eforms.terms import Found, text_of
from shared.codelists import iso_639_1
from shared.contracts.base import MAX_TEXT, Code, Money, Nuts, Texts

T = TypeVar("T")

END_OF_DAY = "23:59:59"
START_OF_DAY = "00:00:00"
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?")
_TIME = re.compile(r"(\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)\d*(Z|[+-]\d{2}:\d{2})?")
_CPV = re.compile(r"([0-9]{8})(-[0-9])?")
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
_CODE: TypeAdapter[str] = TypeAdapter(Code)
_NUTS: TypeAdapter[str] = TypeAdapter(Nuts)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def fitting(values: Iterable[str], read: Callable[[str], T | None]) -> list[T]:
    """What could be read of the values, in order and without repeats; the rest is left out."""
    return list(dict.fromkeys(v for v in map(read, values) if v is not None))


def first(values: Iterable[str], read: Callable[[str], T | None]) -> T | None:
    """The first value that could be read."""
    return next(iter(fitting(values, read)), None)


def code(value: str) -> str | None:
    """A code or an identifier as it stands."""
    return _validated(_CODE, value)


def nuts(value: str) -> str | None:
    """A NUTS region of any level; None for what cannot be one ("anyw-eea")."""
    return _validated(_NUTS, value)


def cpv(value: str) -> str | None:
    """Eight digits, without the check digit that some write."""
    match = _CPV.fullmatch(value)
    return match.group(1) if match else None


def whole_number(value: str) -> int | None:
    """A number without fraction, "2" or "2.0"; None if negative or not a number."""
    number = _decimal(value)
    if number is None or number < 0 or number != number.to_integral_value():
        return None
    return int(number) if number < 10**9 else None


def percent(value: str) -> float | None:
    """0 to 100."""
    number = _decimal(value)
    return float(number) if number is not None and 0 <= number <= 100 else None


def boolean(value: str) -> bool | None:
    """True or false as XML writes them."""
    return _BOOLEANS.get(value)


def link(value: str) -> str | None:
    """An http(s) address; others are not followed and so not kept."""
    lower = value.lower()
    held = lower.startswith(("https://", "http://")) and len(value) <= 2_000
    return value if held and not re.search(r"[\s\x00-\x1f]", value) else None


def money(element: Element) -> Money | None:
    """An amount with its currency; None without currency, negative, or not a number.

    Amounts are kept to the hundredth; more decimals than that are rounded.
    """
    amount = _decimal(text_of(element))
    if amount is None:
        return None
    try:
        return Money.model_validate(
            {
                "amount": amount.quantize(Decimal("0.01")),
                "currency": element.get("currencyID", "").strip(),
            }
        )
    except (ValidationError, InvalidOperation):
        return None


def texts(elements: Iterable[Element], language: str | None) -> Texts:
    """Language -> text. A text that names no language is in the notice's own.

    What is said in several pieces in one language is joined by line breaks.
    """
    pieces: dict[str, dict[str, None]] = {}
    for element in elements:
        given = element.get("languageID")
        key = iso_639_1(given) if given else language
        if key:
            pieces.setdefault(key, {})[text_of(element)] = None
    return {key: "\n".join(found)[:MAX_TEXT] for key, found in pieces.items()}


def instant(found: Found, date: str, time: str | None, missing_time: str) -> datetime | None:
    """Date and time of two terms as one instant, with the offset of the notice.

    The time's own offset counts, else the date's. Without any offset it is no instant, and is
    left empty. Raises SourceError bad_value for what is not a date or a time: a deadline that
    was lost silently would read as none.
    """
    dates = found.elements(date)
    if not dates:
        return None
    day = _DATE.fullmatch(text_of(dates[0]))
    if day is None:
        raise found.bad(date, dates[0], "is not a date")
    times = found.elements(time) if time else []
    clock = _TIME.fullmatch(text_of(times[0])) if times else None
    if times and clock is None:
        raise found.bad(time or date, times[0], "is not a time")
    offset = (clock.group(2) if clock else None) or day.group(2)
    if offset is None:
        return None
    try:
        return datetime.fromisoformat(
            f"{day.group(1)}T{clock.group(1) if clock else missing_time}{offset}"
        )
    except ValueError:
        raise found.bad(date, dates[0], "is not a date of the calendar") from None


def _decimal(value: str) -> Decimal | None:
    return Decimal(value) if _NUMBER.fullmatch(value) else None


def _validated(adapter: TypeAdapter[str], value: str) -> str | None:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None
