"""The first lines of a tender mail: what, who, where, how much, until when."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from services.notifier.render.facts import Facts
from services.notifier.render.texts import Foreign, one_line, pick, shorten
from shared.contracts.base import Money, Texts
from shared.contracts.codes import TenderKind
from shared.contracts.tender import Lot, Tender
from shared.locale import Phrases
from shared.web.formats import local_date

_TITLE = 200
_SUBJECT_TITLE = 100
_BUYER = 120
_SUBJECT_BUYER = 60
_SUBJECTS = {
    TenderKind.MARKET_CONSULTATION: "mail.subject_dialogue",
    TenderKind.PLAN: "mail.subject_plan",
}
Row = tuple[str, str]


class Heading:
    """Words the facts of those lots of a tender that the mail is about, the best one first."""

    def __init__(self, phrases: Phrases, facts: Facts, tender: Tender, lots: Sequence[Lot]) -> None:
        self._phrases = phrases
        self._facts = facts
        self._tender = tender
        self._lots = lots
        self._lang = facts.lang

    def _say(self, key: str, **params: object) -> str:
        return self._phrases.text(self._lang, key, **params)

    def pick(self, texts: Texts) -> Foreign | None:
        """The text in the reader's language, else in the notice's own, else in any."""
        return pick(texts, (self._lang, self._tender.language or ""))

    def title(self) -> Foreign:
        """The tender's title, else that of its best lot."""
        for texts in (self._tender.title, *(lot.title for lot in self._lots)):
            found = self.pick(texts)
            if found:
                return Foreign(shorten(one_line(found.text), _TITLE), found.lang)
        return Foreign(self._say("mail.no_title"), self._lang)

    def lot_title(self, lot: Lot) -> Foreign:
        """The lot's identifier and title."""
        found = self.pick(lot.title)
        if found is None:
            return Foreign(lot.lot_id, self._lang)
        name = shorten(one_line(found.text), _TITLE)
        return Foreign(self._say("mail.lot_named", lot_id=lot.lot_id, title=name), found.lang)

    def buyer(self) -> str:
        """The lead buyer, and how many more there are."""
        names = [one_line(buyer.name) for buyer in self._tender.buyers]
        shown = [name for name in names if name][:1]
        if not shown:
            return self._say("mail.no_buyer")
        lead = shorten(shown[0], _BUYER)
        more = len(self._tender.buyers) - 1
        return self._say("form.and_more", shown=lead, n=more) if more > 0 else lead

    def subject(self) -> str:
        """One line: the title and the buyer, cut if long, and the last day where there is one."""
        words = {
            "title": shorten(self.title().text, _SUBJECT_TITLE),
            "buyer": shorten(self.buyer(), _SUBJECT_BUYER),
        }
        if self._tender.kind in _SUBJECTS:
            return self._say(_SUBJECTS[self._tender.kind], **words)
        last = self.first_deadline()
        if last is None:
            return self._say("mail.subject_open", **words)
        published = self._tender.published_at
        year = local_date(published).year if published else None
        return self._say("mail.subject", day=self._facts.short_day(last, year), **words)

    def first_deadline(self) -> datetime | None:
        """The earliest deadline among the lots."""
        return min((lot.deadline for lot in self._lots if lot.deadline), default=None)

    def place(self) -> str:
        """Where; says so if it is not given."""
        return self._facts.place_of(self._tender, self._lots) or self._say("fact.no_place")

    def value(self) -> str:
        """The estimated value without VAT; a sum only if each lot has one, in one currency."""
        values = [lot.value for lot in self._lots if lot.value]
        whole = len(values) == len(self._lots) and len({value.currency for value in values}) == 1
        if values and whole:
            total = Money(
                amount=sum((v.amount for v in values), Decimal()), currency=values[0].currency
            )
            if len(values) > 1:
                amount = self._facts.money(total)
                return self._say("fact.ex_vat_sum", amount=amount, n=len(values))
            return self._say("fact.ex_vat", amount=self._facts.money(total))
        if len(self._lots) == 1 and self._lots[0].maximum_value:
            most = self._facts.money(self._lots[0].maximum_value)
            return self._say("fact.ex_vat_most", amount=most)
        return self._say("fact.value_by_lot" if values else "fact.no_value")

    def deadline(self) -> str:
        """The last day and time; if the lots differ, the first of them."""
        first = self.first_deadline()
        if first is None:
            return self._say("fact.no_deadline")
        time = self._facts.instant(first)
        if len({lot.deadline for lot in self._lots}) > 1:
            return self._say("fact.first_deadline", time=time)
        return time

    def rows(self) -> tuple[Row, ...]:
        """Buyer, place, value and last day, each with its name."""
        rows = [
            ("fact.buyer", self.buyer()),
            ("fact.place", self.place()),
            ("fact.value", self.value()),
            ("fact.deadline", self.deadline()),
        ]
        if len(self._lots) == 1 and len(self._tender.lots) > 1:
            rows.insert(0, ("fact.lot", self.lot_title(self._lots[0]).text))
        return tuple((self._say(key), words) for key, words in rows)
