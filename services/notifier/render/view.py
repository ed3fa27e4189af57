"""What a tender mail says, in the reader's words; both templates show the same view."""

from dataclasses import dataclass

from services.notifier.render.texts import Foreign
from services.notifier.render.urls import WebLink


@dataclass(frozen=True)
class Verdict:
    """May the reader bid? `tone` is `ok`, `possible` or `info`; the words say it all."""

    tone: str
    words: str
    note: str


@dataclass(frozen=True)
class GapView:
    """What to show (a clause after "that", and as a sentence), and how to get there."""

    show: str
    how: str

    @property
    def sentence(self) -> str:
        """The clause standing by itself."""
        return f"{self.show[:1].upper()}{self.show[1:]}."


@dataclass(frozen=True)
class RuleView:
    """A reservation or a contract term: its name with the section, and what it means."""

    name: str
    section: str
    text: str
    said: Foreign | None = None
    lots: str = ""


@dataclass(frozen=True)
class LotView:
    """One lot of several: its title, may the reader bid, and what differs from the whole."""

    title: Foreign
    verdict: Verdict
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NextStep:
    """What to do now, and the button that leads there."""

    words: str
    button: str
    link: WebLink


@dataclass(frozen=True)
class TenderView:
    """Top to bottom, as the mail shows it. Empty tuples and None leave their part out."""

    lang: str
    subject: str
    preheader: str
    title: Foreign
    foreign_note: str
    facts: tuple[tuple[str, str], ...]
    verdict: Verdict
    next_step: NextStep
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    gaps: tuple[GapView, ...]
    reservations: tuple[RuleView, ...]
    any_group: bool
    clauses: tuple[RuleView, ...]
    lots: tuple[LotView, ...]
    lots_count: str
    lots_rest: str
    about: Foreign | None
    about_cut: bool
    criteria: Foreign | None
    criteria_earn: bool
    objectives: str
    tender_url: str
    unsubscribe_url: str
