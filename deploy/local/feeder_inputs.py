"""Makes the example data concrete for one day: pure functions from files to request bodies."""

import copy
import csv
import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.codelists.areas import municipality_by_name

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


def procurements(path: Path, base: date, seed: int) -> Iterator[Json]:
    """The bodies of POST /v1/tenders for the rows of a CSV file of advertised procurements.

    Only what the row says: a title, a buyer, one CPV code (00000000 means none). The municipality
    is the buyer's, where the buyer is one.
    """
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            notice_id = f"{row['buyer_org_no']}/{row['procurement_id']}"
            last = base + timedelta(days=days_ahead(notice_id, seed))
            lot: Json = {"title": {"sv": row["title"]}, "deadline": deadline(last).isoformat()}
            if row["cpv"].strip("0"):
                lot["cpv_main"] = row["cpv"]
            if row["reserved"] == "True":
                lot["reserved"] = ["res-ws"]
            yield {
                "kind": "competition",
                "source": {"system": "csv", "notice_id": notice_id},
                "buyers": [
                    {
                        "id": row["buyer_org_no"],
                        "name": row["buyer"],
                        "municipality": municipality_by_name(row["buyer"]),
                    }
                ],
                "title": {"sv": row["title"]},
                "lots": [lot],
            }
