"""Numbers, amounts and times as a reader in Sweden expects them, in Swedish and English."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

from shared.contracts.base import Money

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NO_BREAK = "\u00a0"

_LOCALES = {"sv": "sv_SE", "en": "en_GB"}
_DAY = {"sv": "d MMM", "en": "d MMM"}
_TIME = {"sv": "'kl.' HH.mm", "en": "'at' HH:mm"}


def _locale(language: str) -> str:
    return _LOCALES.get(language, _LOCALES["sv"])


def _pattern(language: str, shown: date, today: date | None, time: bool) -> str:
    language = language if language in _DAY else "sv"
    pattern = _DAY[language]
    if today is not None and shown.year != today.year:
        pattern += " y"
    return f"{pattern} {_TIME[language]}" if time else pattern


def _without_dots(text: str) -> str:
    """Babel abbreviates Swedish months with a full stop ("dec."), readers write "dec"."""
    head, separator, tail = text.partition(" kl.")
    return head.replace(".", "") + separator + tail


def local_date(instant: datetime) -> date:
    """The calendar day in Sweden at `instant`."""
    return instant.astimezone(STOCKHOLM).date()


def moment(instant: datetime, language: str, now: datetime | None = None) -> str:
    """`4 dec kl. 23.59` or `4 Dec at 23:59`, Swedish local time; the year only if not `now`'s."""
    local = instant.astimezone(STOCKHOLM)
    today = None if now is None else local_date(now)
    pattern = _pattern(language, local.date(), today, time=True)
    return _without_dots(format_datetime(local, pattern, locale=_locale(language)))


def day(shown: date | datetime, language: str, now: datetime | None = None) -> str:
    """`4 dec` or `4 Dec`; of an instant the day in Sweden; the year only if not `now`'s."""
    local = local_date(shown) if isinstance(shown, datetime) else shown
    today = None if now is None else local_date(now)
    pattern = _pattern(language, local, today, time=False)
    return _without_dots(format_date(local, pattern, locale=_locale(language)))


def number(value: Decimal | float, language: str) -> str:
    """`450 000` or `450,000`, two decimals if it has any, never broken over two lines."""
    pattern = "#,##0" if value == int(value) else "#,##0.00"
    return str(format_decimal(value, pattern, locale=_locale(language)))


def kronor(amount: Decimal | float, language: str) -> str:
    """`450 000 kr` or `SEK 450,000`."""
    shown = number(amount, language)
    return f"SEK{NO_BREAK}{shown}" if language == "en" else f"{shown}{NO_BREAK}kr"


def money(value: Money, language: str) -> str:
    """An amount with its currency; kronor as `kronor` writes them."""
    if value.currency == "SEK":
        return kronor(value.amount, language)
    shown = number(value.amount, language)
    currency = value.currency
    return f"{currency}{NO_BREAK}{shown}" if language == "en" else f"{shown}{NO_BREAK}{currency}"


_UNITS = {"DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year"}


def duration(amount: int, unit: str, language: str) -> str:
    """`12 månader`, `1 year`; `unit` as in contracts (DAY, WEEK, MONTH, YEAR)."""
    measured = f"duration-{_UNITS[unit]}" if unit in _UNITS else None
    if measured is None:
        return f"{number(amount, language)} {unit.lower()}"
    return str(format_unit(amount, measured, locale=_locale(language)))
