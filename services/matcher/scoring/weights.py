"""The weights file: every number of docs/scoring.md that may be tuned."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CpvWeights(_Table):
    """Tenths of a point by number of leading digits ("2" to "8")."""

    own_contains: dict[str, int]
    tender_contains: dict[str, int]
    common: dict[str, int]
    additional_percent: int
    experience_percent: int


class TextWeights(_Table):
    """Tenths of a point a hit, their ceilings, and what counts as a word."""

    title: int
    body: int
    maximum: int
    similar: int
    similar_maximum: int
    shown: int
    minimum_length: int
    stop_words: dict[str, frozenset[str]]


class AreaWeights(_Table):
    """Tenths of a point by relation of the lot's place to the supplier's area."""

    inside: int
    around: int
    near: int
    outside: int
    abroad: int
    unknown: int
    buyer_percent: int


class ValueWeights(_Table):
    """Tenths of a point by fit of the lot's value."""

    fits: int
    over: int
    under: int


class SocialWeights(_Table):
    """Tenths of a point for willingness under clauses, and for a reservation that is met."""

    jobs: int
    internships: int
    dialogue: int
    reserved: int


class Weights(_Table):
    """The whole file. `score_version` changes whenever a score can change."""

    score_version: str
    cpv: CpvWeights
    text: TextWeights
    area: AreaWeights
    value: ValueWeights
    social: SocialWeights

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read the file's content; raises `pydantic.ValidationError` where it is not right."""
        return cls.model_validate_json(text)


def percent(tenths: int, per_cent: int) -> int:
    """`per_cent` of `tenths`, rounded half up to whole tenths."""
    return (tenths * per_cent + 50) // 100
