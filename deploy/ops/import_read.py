"""Reads found files as notices: what is sent to intake, and what a dry run shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.ops.import_files import Found
from services.intake.domain.tender_input import TenderInput, digest, to_notice
from services.intake.sources.csv import read_csv
from services.intake.sources.eforms import read_notice
from services.intake.sources.errors import SourceError
from services.intake.sources.json import read_json
from shared.clock import Clock
from shared.contracts.tender import Tender

TENANT = "default"


@dataclass(frozen=True)
class Readable:
    """One notice: as a tender in contract form, and as the request that sends it."""

    tender: Tender
    path: str
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of one notice of one file ("a.csv#7" is row 7)."""

    file: str
    read: Readable | SourceError


def outcomes(found: Found, clock: Clock) -> Iterator[Outcome]:
    """The notices of a file; one refusal for a file that cannot be read at all."""
    if isinstance(found.content, SourceError):
        yield Outcome(found.name, found.content)
        return
    try:
        yield from _notices(found.name, found.kind, found.content, clock)
    except SourceError as error:
        yield Outcome(found.name, error)


def _notices(name: str, kind: str, content: bytes, clock: Clock) -> Iterator[Outcome]:
    if kind == ".xml":
        tender = read_notice(content, TENANT).tender
        yield Outcome(name, Readable(tender, "/v1/notices", "application/xml", content))
    elif kind == ".csv":
        for row in read_csv(content):
            yield Outcome(f"{name}#{row.number}", _as_request(row.read, clock))
    else:
        given = read_json(content)
        for number, item in enumerate(given, 1):
            label = name if len(given) == 1 else f"{name}#{number}"
            yield Outcome(label, _as_request(item, clock))


def _as_request(given: TenderInput | SourceError, clock: Clock) -> Readable | SourceError:
    if isinstance(given, SourceError):
        return given
    if given.source.notice_id is None:  # so that importing it again is the same again
        source = given.source.model_copy(update={"notice_id": digest(given)})
        given = given.model_copy(update={"source": source})
    body = given.model_dump_json(exclude_defaults=True, exclude_none=True).encode()
    tender = to_notice(given, TENANT, clock()).tender
    return Readable(tender, "/v1/tenders", "application/json", body)
