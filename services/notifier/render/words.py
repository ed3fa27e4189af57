"""Codes of reasons and gaps (docs/scoring.md) in the reader's words."""

from collections.abc import Sequence
from datetime import date

import structlog

from services.notifier.render.facts import Facts
from services.notifier.render.texts import one_line
from services.notifier.render.view import GapView
from shared.codelists.cpv import cpv_name
from shared.codelists.languages import language_name
from shared.contracts.base import Money
from shared.contracts.match import Gap, Params, Reason
from shared.locale import Phrases

UNKNOWN = "unknown"
_QUOTES = {"sv": "”{}”", "en": "“{}”"}
log = structlog.get_logger()


class Words:
    """Words one reader's reasons and gaps. A code or parameter without words never fails."""

    def __init__(self, phrases: Phrases, facts: Facts) -> None:
        self._phrases = phrases
        self._facts = facts
        self._lang = facts.lang

    def reasons(self, reasons: Sequence[Reason], limit: int) -> tuple[str, ...]:
        """Why the tender suits, what weighs most first. Never empty: else a general sentence."""
        speaking = [r for r in reasons if r.points > 0 or r.code == "invitation"]
        speaking = [r for r in speaking if r.code != "area_unknown"]
        heaviest = sorted(speaking, key=lambda reason: -reason.points)
        worded = dict.fromkeys(self._reason(reason) for reason in heaviest)
        return tuple(worded)[:limit] or (self._phrases.text(self._lang, "reason.unknown"),)

    def cautions(self, reasons: Sequence[Reason]) -> tuple[str, ...]:
        """What speaks against it, or is not known."""
        against = [r for r in reasons if r.points < 0 or r.code == "area_unknown"]
        return tuple(dict.fromkeys(self._reason(reason) for reason in against))

    def gaps(self, gaps: Sequence[Gap]) -> tuple[GapView, ...]:
        """What to show and how, each once."""
        return tuple(dict.fromkeys(self._gap(gap) for gap in gaps))

    def _reason(self, reason: Reason) -> str:
        return self._phrase(f"reason.{reason.code}", "reason.unknown", reason.params)

    def _gap(self, gap: Gap) -> GapView:
        stem = self._gap_stem(gap)
        return GapView(
            show=self._phrase(f"{stem}.show", "gap.unknown.show", gap.params),
            how=self._phrase(f"{stem}.how", "gap.unknown.how", gap.params),
        )

    def _gap_stem(self, gap: Gap) -> str:
        """The gap's words for its reservation, where that has its own; or for want of a code."""
        variants = (
            f"gap.{gap.code}-{gap.params.get('reservation')}",
            f"gap.{gap.code}-without-code" if "code" not in gap.params else "",
        )
        own = (stem for stem in variants if stem and self._phrases.has(f"{stem}.show"))
        return next(own, f"gap.{gap.code}")

    def _phrase(self, key: str, otherwise: str, params: Params) -> str:
        if self._phrases.has(key):
            try:
                return self._phrases.text(self._lang, key, **self._shown(params))
            except (KeyError, ValueError, TypeError, ArithmeticError) as error:
                log.warning("mail.code_not_worded", key=key, error=type(error).__name__)
        else:
            log.warning("mail.code_unknown", key=key)
        return self._phrases.text(self._lang, otherwise)

    def _shown(self, params: Params) -> dict[str, str]:
        """Each parameter as the reader reads it: names for codes, days and amounts in form."""
        return {name: self._param(name, value, params) for name, value in params.items()}

    def _param(self, name: str, value: str | int | float | list[str], params: Params) -> str:
        if isinstance(value, list):
            return self._facts.joined([self._item(name, item) for item in value])
        match name:
            case "code" | "tender_code":
                return one_line(cpv_name(str(value), self._lang))
            case "place":
                return self._facts.place(str(value))
            case "amount":
                return self._facts.money(Money(amount=value))
            case "date":
                return self._facts.day(date.fromisoformat(str(value)[:10]))
            case "what":
                return self._what(str(value), params)
            case "minimum":
                return self._facts.number(float(str(value)))
            case _:
                return one_line(str(value))

    def _item(self, name: str, item: str) -> str:
        match name:
            case "languages":
                return language_name(item, self._lang)
            case "reservations":
                return self._phrases.text(self._lang, f"reserved.{item}.short")
            case _:
                return _QUOTES[self._lang].format(one_line(item))

    def _what(self, code: str, params: Params) -> str:
        """The clause of the gap that an old entry is about; shares ask for 30 per cent."""
        about = Gap(code=code, params={"minimum": 30, "reservation": params["reservation"]})
        return self._gap(about).show
