"""From a tender and its match to what the mail says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.notifier.domain.rendering import MailLinks
from services.notifier.render.facts import Facts
from services.notifier.render.heading import Heading
from services.notifier.render.rules import Rules
from services.notifier.render.texts import Foreign, first_sentences
from services.notifier.render.urls import WebLink, in_language, web_link
from services.notifier.render.view import LotView, NextStep, TenderView, Verdict
from services.notifier.render.words import Words
from shared.codelists.languages import language_name
from shared.contracts.codes import TenderKind
from shared.contracts.codes import Verdict as VerdictCode
from shared.contracts.match import Gap, LotMatch, Match
from shared.contracts.tender import Lot, Tender
from shared.locale import Phrases

_LOTS_SHOWN = 5
_REASONS_SHOWN = 4
_GAPS_IN_VERDICT = 2
_ABOUT = 700
_WITHOUT_VERDICT = {
    TenderKind.MARKET_CONSULTATION: "dialogue",
    TenderKind.PLAN: "plan",
}


@dataclass(frozen=True)
class Pair:
    """A lot, and what the match says of it."""

    lot: Lot
    match: LotMatch


def matched_lots(tender: Tender, matches: Sequence[Match]) -> list[Pair]:
    """The lots that matched, each once, in the order of the matches (best first)."""
    lots = {lot.lot_id: lot for lot in tender.lots}
    found: dict[str, Pair] = {}
    for match in matches:
        for lot_match in match.lots:
            lot = lots.get(lot_match.lot_id)
            if lot is not None and lot.lot_id not in found:
                found[lot.lot_id] = Pair(lot, lot_match)
    return list(found.values())


class TenderMail:
    """Builds the view of one mail."""

    def __init__(
        self, phrases: Phrases, lang: str, tender: Tender, matches: Sequence[Match]
    ) -> None:
        self._phrases = phrases
        self._lang = lang
        self._tender = tender
        self._pairs = matched_lots(tender, matches)
        self._lots = [pair.lot for pair in self._pairs] or list(tender.lots)
        self._facts = Facts(phrases, lang)
        self._words = Words(phrases, self._facts)
        self._rules = Rules(phrases, self._facts, tender)
        self._heading = Heading(phrases, self._facts, tender, self._lots)

    def view(self, links: MailLinks) -> TenderView:
        """Everything that the mail says, top to bottom."""
        heading, shown = self._heading, self._pairs[:_LOTS_SHOWN]
        title, (about, cut) = heading.title(), self._about()
        best = self._pairs[0].match if self._pairs else None
        return TenderView(
            lang=self._lang,
            subject=heading.subject(),
            preheader=f"{heading.buyer()}, {heading.place()}, {heading.value()}",
            title=title,
            foreign_note=self._foreign_note([title, about]),
            facts=heading.rows(),
            verdict=self._whole_verdict(),
            next_step=self._next_step(links),
            reasons=self._words.reasons(best.reasons if best else [], _REASONS_SHOWN),
            cautions=self._words.cautions(best.reasons if best else []),
            gaps=self._words.gaps([gap for pair in self._pairs for gap in pair.match.gaps]),
            reservations=self._rules.reservations(self._lots),
            any_group=any(len(lot.reserved) > 1 for lot in self._lots),
            clauses=self._rules.clauses(self._lots),
            lots=tuple(map(self._lot, shown)) if len(shown) > 1 else (),
            lots_count=self._lots_count(),
            lots_rest=self._lots_rest(len(shown)),
            about=about,
            about_cut=cut,
            criteria=self._rules.criteria(self._lots[0]) if self._lots else None,
            criteria_earn=self._rules.criteria_earn(self._lots),
            objectives=self._rules.objectives(self._lots),
            tender_url=in_language(links.tender, self._lang),
            unsubscribe_url=in_language(links.unsubscribe, self._lang),
        )

    def _say(self, key: str, **params: object) -> str:
        return self._phrases.text(self._lang, key, **params)

    def _whole_verdict(self) -> Verdict:
        """The verdict on the best lot; where lots differ, on how many the reader can bid."""
        verdicts = [pair.match.verdict for pair in self._pairs]
        eligible = verdicts.count(VerdictCode.ELIGIBLE)
        if self._tender.kind in _WITHOUT_VERDICT or eligible in (0, len(verdicts)):
            return self._verdict(self._pairs[0].match if self._pairs else None)
        words = self._say("verdict.some", n=eligible, total=len(verdicts))
        return Verdict("ok", words, self._say("mail.by_profile"))

    def _verdict(self, match: LotMatch | None) -> Verdict:
        without = _WITHOUT_VERDICT.get(self._tender.kind)
        if without:
            return Verdict("info", self._say(f"verdict.{without}"), "")
        note = self._say("mail.by_profile")
        if match is not None and match.verdict == VerdictCode.POSSIBLE:
            return Verdict("possible", self._possible(match.gaps), note)
        return Verdict("ok", self._say("verdict.eligible"), note)

    def _possible(self, gaps: Sequence[Gap]) -> str:
        clauses = [gap.show for gap in self._words.gaps(gaps)]
        if not clauses:
            return self._say("verdict.possible_unsaid")
        if len(clauses) > _GAPS_IN_VERDICT:
            return self._say("verdict.possible_many", n=len(clauses))
        gap = self._say("verdict.and_that").join(clauses)
        return self._say("verdict.possible", gap=gap)

    def _lot(self, pair: Pair) -> LotView:
        """A lot by itself: its value, and what else differs from the first lines of the mail."""
        heading = Heading(self._phrases, self._facts, self._tender, [pair.lot])
        rows = [("fact.value", heading.value())]
        if heading.place() != self._heading.place():
            rows.append(("fact.place", heading.place()))
        if heading.deadline() != self._heading.deadline():
            rows.append(("fact.deadline", heading.deadline()))
        verdict = self._verdict(pair.match)
        best = self._pairs[0]
        if pair is not best and pair.match.gaps and pair.match.gaps == best.match.gaps:
            verdict = replace(verdict, words=self._say("verdict.possible_same"))
        return LotView(
            title=heading.lot_title(pair.lot),
            verdict=verdict,
            facts=tuple((self._say(key), words) for key, words in rows),
        )

    def _lots_count(self) -> str:
        total = len(self._tender.lots)
        if total < 2 or not self._pairs:
            return ""
        return self._say("mail.lots_count", total=total, n=len(self._pairs))

    def _lots_rest(self, shown: int) -> str:
        more = len(self._pairs) - shown
        return self._say("mail.lots_rest", n=len(self._pairs)) if more > 0 else ""

    def _about(self) -> tuple[Foreign | None, bool]:
        own = self._lots[0].description if len(self._lots) == 1 else {}
        found = self._heading.pick(own) or self._heading.pick(self._tender.description)
        if found is None:
            return None, False
        text, cut = first_sentences(found.text, _ABOUT)
        return Foreign(text, found.lang), cut

    def _foreign_note(self, texts: Sequence[Foreign | None]) -> str:
        foreign = [text.lang for text in texts if text and text.lang != self._lang]
        if not foreign:
            return ""
        return self._say("mail.written_in", language=language_name(foreign[0], self._lang))

    def _next_step(self, links: MailLinks) -> NextStep:
        lot = self._lots[0] if self._lots else None
        without = _WITHOUT_VERDICT.get(self._tender.kind)
        choices = (
            ("documents", web_link(lot.documents_url if lot else None)),
            ("submit", web_link(lot.submission_url if lot else None)),
            ("page", web_link(self._tender.source.url)),
        )
        for kind, link in choices:
            if link is not None:
                words = self._say(f"mail.next_{without or kind}")
                return NextStep(words, self._say(f"mail.button_{kind}"), link)
        words = self._say(f"mail.next_{without or 'page'}")
        own = WebLink(in_language(links.tender, self._lang), "")
        return NextStep(words, self._say("mail.button_page"), own)
