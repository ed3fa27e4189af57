"""Facts of a tender in the reader's language: money, days, places."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_datetime

from shared.codelists.areas import country_name, municipality_name, nuts_name
from shared.contracts.base import Money
from shared.contracts.tender import Lot, Tender
from shared.locale import Phrases
from shared.web import formats
from shared.web.formats import STOCKHOLM

_LOCALES = {"sv": "sv_SE", "en": "en_GB"}
_PLACES_SHOWN = 3


class Facts:
    """Says facts in one language. Times are shown in Europe/Stockholm."""

    def __init__(self, phrases: Phrases, lang: str) -> None:
        self._phrases = phrases
        self.lang = lang
        self._locale = _LOCALES[lang]

    def _date_parts(self, moment: datetime | date) -> dict[str, str]:
        return {
            "weekday": format_datetime(moment, "EEEE", locale=self._locale),
            "day": str(moment.day),
            # Swedish abbreviates "dec." with a full stop, which reads badly inside a sentence.
            "month": format_datetime(moment, "MMM", locale=self._locale).rstrip("."),
            "year": str(moment.year),
        }

    def instant(self, instant: datetime) -> str:
        """Weekday, day, month, year and time: "fredag 4 dec 2026 kl. 23.59"."""
        local = instant.astimezone(STOCKHOLM)
        clock = {"hour": f"{local.hour:02}", "minute": f"{local.minute:02}"}
        return self._phrases.text(self.lang, "form.instant", **self._date_parts(local), **clock)

    def day(self, moment: datetime | date) -> str:
        """Day, month and year: "4 dec 2026"."""
        local = moment.astimezone(STOCKHOLM) if isinstance(moment, datetime) else moment
        return self._phrases.text(self.lang, "form.day", **self._date_parts(local))

    def short_day(self, instant: datetime, known_year: int | None) -> str:
        """Day and month; the year too unless it is the one that the reader expects."""
        local = instant.astimezone(STOCKHOLM)
        if local.year != known_year:
            return self.day(local)
        return self._phrases.text(self.lang, "form.short_day", **self._date_parts(local))

    def number(self, number: Decimal | float) -> str:
        """ "1 250,50" or "1,250.50"."""
        return formats.number(number, self.lang)

    def money(self, money: Money) -> str:
        """ "450 000 kr" or "SEK 450,000"."""
        return formats.money(money, self.lang)

    def place(self, code: str) -> str:
        """The name of a municipality, a NUTS region or a country, by its code."""
        if code.isdigit():
            return municipality_name(code)
        named = nuts_name(code, self.lang)
        return named if named != code else country_name(code, self.lang)

    def places(self, names: Sequence[str]) -> str:
        """Some names, joined; says if there are more."""
        once = list(dict.fromkeys(names))
        more = len(once) - _PLACES_SHOWN
        if more <= 0:
            return self.joined(once)
        shown = ", ".join(once[:_PLACES_SHOWN])
        return self._phrases.text(self.lang, "form.and_more", shown=shown, n=more)

    def joined(self, items: Sequence[str]) -> str:
        """ "a, b och c"."""
        if len(items) < 2:
            return "".join(items)
        return self._phrases.text(
            self.lang, "form.joined", first=", ".join(items[:-1]), last=items[-1]
        )

    def place_of(self, tender: Tender, lots: Sequence[Lot]) -> str | None:
        """Where the lots are to be performed: the most exact that they say, else the tender."""
        names = [name for lot in lots for name in self._lot_places(lot)]
        names = names or [self.place(code) for code in tender.nuts]
        return self.places(names) if names else None

    def _lot_places(self, lot: Lot) -> list[str]:
        codes = lot.municipalities or lot.nuts or lot.countries
        return [self.place(code) for code in codes]
