"""What every contract shares: a tolerant, frozen model and the field types of the domain.

Readers ignore fields that they do not know, so that a newer writer never breaks an older
reader. Text that Postgres or JSON cannot carry (NUL, lone surrogates) is refused here, once.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, NewType

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
)

TenantId = NewType("TenantId", str)
TenderId = NewType("TenderId", str)
SupplierId = NewType("SupplierId", str)
RecipientId = NewType("RecipientId", str)

MAX_TEXT = 200_000


class Contract(BaseModel):
    """Base of all messages and their parts."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the NUL character")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("must not contain half of a surrogate pair")
    return text


def unique(items: list[str]) -> list[str]:
    """The items in order, each once."""
    return list(dict.fromkeys(items))


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


Text = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_storable)]
"""Text that can be stored everywhere."""

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""ISO 639-1 in lower case ("sv"), or ISO 639-3 where no two letters exist."""

Texts = dict[Language, Text]
"""One text in several languages: language -> text."""

Code = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_storable)]
Cpv = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
"""A code of the Common Procurement Vocabulary 2008, without check digit."""

Nuts = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]{0,3}$")]
"""NUTS region: country (2), or level 1-3 (3-5 characters)."""

Municipality = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
"""Swedish municipality code (SCB), e.g. 1283 for Helsingborg."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[
    Decimal,
    Field(ge=0, max_digits=18, decimal_places=2),
    PlainSerializer(_number, return_type=int | float, when_used="json"),
]
Percent = Annotated[float, Field(ge=0, le=100)]
Instant = Annotated[AwareDatetime, Field(description="An instant, ISO 8601 with offset.")]


def utc(instant: datetime) -> datetime:
    """The same instant in UTC, which is how instants are stored and compared."""
    return instant.astimezone(UTC)


class Money(Contract):
    """An amount without VAT."""

    amount: Amount
    currency: Currency = "SEK"
