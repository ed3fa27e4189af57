"""Reservations, contract terms, objectives and award criteria in plain words, with sections."""

from collections.abc import Callable, Iterable, Sequence

from services.notifier.render.facts import Facts
from services.notifier.render.texts import Foreign, first_sentences, one_line, pick, shorten
from services.notifier.render.view import RuleView
from shared.contracts.base import Texts
from shared.contracts.codes import ReservedExecution
from shared.contracts.tender import AwardCriterion, Lot, Tender
from shared.locale import Phrases

_CLASSIC_DIRECTIVE = "32014L0024"
_CLAUSE_TEXT = 400
_CRITERIA_SHOWN = 6
_CRITERION_NAME = 80
_FIXED = "\u00a0"  # a section is not broken over two lines


def under_lou(tender: Tender) -> bool:
    """Is it Swedish and under LOU (2016:1145), so that its sections may be cited as they are?"""
    if tender.law not in (None, "", _CLASSIC_DIRECTIVE, "LOU"):
        return False
    nuts = [*tender.nuts, *(code for lot in tender.lots for code in lot.nuts)]
    countries = {country for lot in tender.lots for country in lot.countries}
    return all(code.startswith("SE") for code in nuts) and countries <= {"SWE"}


class Rules:
    """Words the legal side of one tender's lots."""

    def __init__(self, phrases: Phrases, facts: Facts, tender: Tender) -> None:
        self._phrases = phrases
        self._facts = facts
        self._lang = facts.lang
        self._preferred = (facts.lang, tender.language or "")
        self._cited = "rule.lou" if under_lou(tender) else "rule.like_lou"

    def reservations(self, lots: Sequence[Lot]) -> tuple[RuleView, ...]:
        """Who may bid (LOU 4 ch. 18 §, 19 ch. 25-25 a §§): each rule once."""
        return self._rules(lots, "reserved", _reservations_of, lambda lot, code: None)

    def clauses(self, lots: Sequence[Lot]) -> tuple[RuleView, ...]:
        """Terms at performance (LOU 17 ch.), with the buyer's own words where there are any."""
        return self._rules(lots, "clause", _clauses_of, self._said)

    def _rules(
        self,
        lots: Sequence[Lot],
        family: str,
        codes_of: Callable[[Lot], Iterable[str]],
        said: Callable[[Lot, str], Foreign | None],
    ) -> tuple[RuleView, ...]:
        holders: dict[tuple[str, Foreign | None], list[str]] = {}
        for lot in lots:
            for code in codes_of(lot):
                holders.setdefault((code, said(lot, code)), []).append(lot.lot_id)
        return tuple(
            self._rule(family, code, words, lot_ids if len(lot_ids) < len(lots) else [])
            for (code, words), lot_ids in holders.items()
        )

    def _rule(
        self, family: str, code: str, said: Foreign | None, lot_ids: Sequence[str]
    ) -> RuleView:
        def text(key: str, **params: str) -> str:
            return self._phrases.text(self._lang, key, **params)

        section = text(self._cited, section=text(f"{family}.{code}.section"))
        return RuleView(
            name=text(f"{family}.{code}.name"),
            section=section.replace(" ", _FIXED),
            text=text(f"{family}.{code}.text"),
            said=said,
            lots=text("mail.for_lots", lots=self._facts.joined(lot_ids)) if lot_ids else "",
        )

    def _said(self, lot: Lot, code: str) -> Foreign | None:
        texts: Texts = next((c.text for c in lot.clauses if c.code == code and c.text), {})
        found = pick(texts, self._preferred)
        if found is None:
            return None
        return Foreign(first_sentences(one_line(found.text), _CLAUSE_TEXT)[0], found.lang)

    def objectives(self, lots: Sequence[Lot]) -> str:
        """What the buyer also wants (BT-775, BT-774, BT-805, BT-776), in one line; may be empty."""
        codes = dict.fromkeys(
            code
            for lot in lots
            for group in (lot.objectives.social, lot.objectives.green, lot.objectives.innovation)
            for code in group
        )
        known = [code for code in codes if self._phrases.has(f"objective.{code}")]
        return self._facts.joined(
            [self._phrases.text(self._lang, f"objective.{code}") for code in known]
        )

    def criteria_earn(self, lots: Sequence[Lot]) -> bool:
        """Does the best lot weigh quality, so that something earns points but is not required?"""
        return any(c.type == "quality" for lot in lots[:1] for c in lot.award_criteria)

    def criteria(self, lot: Lot) -> Foreign | None:
        """The award criteria of a lot in one line, in the language of their names."""
        shown = lot.award_criteria[:_CRITERIA_SHOWN]
        worded = [words for words in map(self._criterion, shown) if words]
        if not worded:
            return None
        foreign = [w.lang for w in worded if w.lang != self._lang]
        line = ", ".join(dict.fromkeys(w.text for w in worded))
        line = line[:1].upper() + line[1:]
        more = "…" if len(lot.award_criteria) > len(shown) else ""
        return Foreign(line + more, foreign[0] if foreign else self._lang)

    def _criterion(self, criterion: AwardCriterion) -> Foreign | None:
        key = f"criterion.{criterion.type}"
        kind = self._phrases.text(self._lang, key) if self._phrases.has(key) else ""
        own = pick(criterion.name, self._preferred) or pick(criterion.description, self._preferred)
        name = shorten(one_line(own.text), _CRITERION_NAME) if own else ""
        if name.casefold() in (kind, str(criterion.type)):
            name, own = "", None
        words = name
        if kind:
            words = (
                self._phrases.text(self._lang, "criterion.named", type=kind, name=name)
                if name
                else kind
            )
        if not words:
            return None
        if criterion.weight is not None:
            words = self._phrases.text(
                self._lang,
                "criterion.weighted",
                name=words,
                weight=self._facts.number(criterion.weight),
            )
        return Foreign(words, own.lang if own else self._lang)


def _reservations_of(lot: Lot) -> list[str]:
    execution = ["execution"] if lot.reserved_execution == ReservedExecution.YES else []
    return [*lot.reserved, *execution]


def _clauses_of(lot: Lot) -> list[str]:
    return list(dict.fromkeys(clause.code.value for clause in lot.clauses))
