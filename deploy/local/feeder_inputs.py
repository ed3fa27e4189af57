"""Makes the example data concrete for one day: pure functions from files to request bodies."""

import copy
import csv
import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.feeder_dates import days_ago
from services.intake.sources.csv import read_csv
from services.intake.sources.errors import SourceError

Json = dict[str, Any]

LOCAL = ZoneInfo("Europe/Stockholm")
_LEAST_DAYS, _MOST_DAYS = 10, 40


def deadline(day: date) -> datetime:
    """The last minute of a day, local time."""
    return datetime.combine(day, time(23, 59), LOCAL)


def days_ahead(name: str, seed: int) -> int:
    """10-40 days, the same for the same name and seed."""
    digest = hashlib.sha256(f"{seed}:ahead:{name}".encode()).digest()
    return _LEAST_DAYS + int.from_bytes(digest[:8]) % (_MOST_DAYS - _LEAST_DAYS + 1)


def direct_procurement(example: Json, base: date) -> Json:
    """The body of POST /v1/tenders: `deadline_in_days` of each lot becomes a deadline."""
    body = copy.deepcopy(example)
    for lot in body["lots"]:
        day = base + timedelta(days=lot.pop("deadline_in_days"))
        lot["deadline"] = deadline(day).isoformat()
    return body


def supplier(example: Json, base: date) -> Json:
    """The body of POST /v1/suppliers: ages of evidence and of certificates become dates."""
    body = copy.deepcopy(example)
    for claim in body["social"].values():
        age = claim.pop("evidence_age_days", None)
        claim["evidence_date"] = None if age is None else (base - timedelta(days=age)).isoformat()
    for certificate in body["certificates"]:
        left = timedelta(days=certificate.pop("valid_for_days"))
        certificate["valid_until"] = (base + left).isoformat()
    body["consent"] = {"given": True, "source": "example"}
    return body


def procurements(content: str, base: date, seed: int) -> Iterator[Json]:
    """The bodies of POST /v1/tenders for a table of advertised procurements.

    Each row gets a publication 1-20 days ago and a deadline 10-40 days ahead, and is then read
    as any table is. Raises SourceError for a bad row.
    """
    rows = csv.DictReader(StringIO(content))
    dated = StringIO()
    writer = csv.DictWriter(dated, [*(rows.fieldnames or ()), "deadline"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        name = f"{row['buyer_org_no']}/{row['procurement_id']}"
        row["published"] = (base - timedelta(days=days_ago(name, seed))).isoformat()
        last = base + timedelta(days=days_ahead(name, seed))
        writer.writerow(row | {"deadline": last.isoformat()})
    for read in read_csv(dated.getvalue().encode()):
        if isinstance(read.read, SourceError):
            raise read.read
        yield read.read.model_dump(mode="json")
