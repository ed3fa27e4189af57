"""Field types of what people and programs send in: stricter than what is passed on."""

import re
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from shared.codelists.areas import MUNICIPALITIES
from shared.codelists.cpv import CPV
from shared.contracts.base import Cpv, Instant, Municipality, Nuts, Text, Texts, unique

MAX_URL = 2_000
EARLIEST_YEAR, LATEST_YEAR = 1990, 2200

_ISO_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")


def _link(url: str) -> str:
    if any(char.isspace() or ord(char) < 0x20 or char == "\x7f" for char in url):
        raise ValueError("must not contain spaces or control characters")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be a web address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be a web address that begins with http:// or https://")
    if parts.username or parts.password:
        raise ValueError("must not carry a user name or password")
    return url


def _with_offset(instant: Any) -> Any:
    """Numbers would pass as seconds since 1970: only written-out instants are taken."""
    if isinstance(instant, datetime):
        return instant
    if not isinstance(instant, str) or not _ISO_DATE_TIME.match(instant[:40]):
        raise ValueError("must be date and time with offset, e.g. 2026-03-31T23:59:00+02:00")
    return instant


def _plausible(instant: datetime) -> datetime:
    if not EARLIEST_YEAR <= instant.year <= LATEST_YEAR:
        raise ValueError(f"must be between the years {EARLIEST_YEAR} and {LATEST_YEAR}")
    return instant


def _known_cpv(code: str) -> str:
    if code not in CPV:
        raise ValueError("is not a code of the Common Procurement Vocabulary")
    return code


def _known_municipality(code: str) -> str:
    if code not in MUNICIPALITIES:
        raise ValueError("is not the code of a Swedish municipality")
    return code


def _some_text(texts: dict[str, str]) -> dict[str, str]:
    if not any(text.strip() for text in texts.values()):
        raise ValueError("must hold text in at least one language")
    return texts


Link = Annotated[Text, Field(max_length=MAX_URL), AfterValidator(_link)]
"""A web address: only http and https, with a host, without credentials."""

Moment = Annotated[Instant, BeforeValidator(_with_offset), AfterValidator(_plausible)]
"""An instant written out with its offset."""

KnownCpv = Annotated[Cpv, AfterValidator(_known_cpv)]
KnownMunicipality = Annotated[Municipality, AfterValidator(_known_municipality)]
SomeTexts = Annotated[Texts, Field(max_length=30), AfterValidator(_some_text)]
"""Language -> text, at least one of them not blank."""

CpvCodes = Annotated[list[KnownCpv], Field(max_length=500), AfterValidator(unique)]
NutsCodes = Annotated[list[Nuts], Field(max_length=500), AfterValidator(unique)]
MunicipalityCodes = Annotated[
    list[KnownMunicipality], Field(max_length=290), AfterValidator(unique)
]
