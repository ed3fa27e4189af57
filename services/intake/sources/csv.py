"""Tables of procurements (CSV, UTF-8, comma or semicolon), one row a tender.

Columns: buyer, buyer_org_no, buyer_sector, procurement_id, title, published, cpv, kind,
procedure, contract_type, social, environmental, reserved; and, where they are there, deadline,
description, value.

What the table does not say is left empty:

- `reserved` True is a reservation under LOU 4 ch. 18 § (the only one in the statistics of 2021);
  which of its two paragraphs is not said. It is read as `res-ws`, so that a supplier is asked for
  evidence rather than told that it may bid; `reserved_execution` is `not-known`.
- `social` and `environmental` True become the codes of BT-06 (`soc-obj`, `env-imp`), which say
  that there is such an objective and not which.
- `contract_type` Ramavtal does not say with or without a new competition, so BT-765 is empty.
- CPV 00000000 means that none was given.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.intake.domain.tender_input import TenderInput, parse
from services.intake.sources.errors import SourceCode, SourceError
from shared.codelists import municipality_by_name

SYSTEM = "csv"
REQUIRED = ("buyer", "procurement_id", "title", "published", "cpv")
MAX_BYTES = 64 * 1024 * 1024

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_END_OF_DAY = time(23, 59, 59)
_BOOLEANS = {"true": True, "1": True, "ja": True, "false": False, "0": False, "nej": False}
_NO_CPV = "00000000"
_MUNICIPAL = "kommun"
_PROCEDURES = {
    "öppet förfarande": "open",
    "selektivt förfarande": "restricted",
    "förhandlat förfarande med föregående annonsering": "neg-w-call",
    "konkurrenspräglad dialog": "comp-dial",
}
"""BT-105 of procedures that the directives know; others stand as the table has them."""
_COLUMN_OF = {
    "cpv_main": "cpv",
    "published_at": "published",
    "deadline": "deadline",
    "amount": "value",
    "notice_id": "procurement_id",
    "name": "buyer",
    "id": "buyer_org_no",
    "title": "title",
    "description": "description",
}


@dataclass(frozen=True)
class CsvRow:
    """One row: what it holds as input for intake, or why it was refused."""

    number: int
    read: TenderInput | SourceError


def read_csv(content: bytes) -> Iterator[CsvRow]:
    """Read rows one by one; a bad row does not stop the rest. The heading is row 1.

    Raises SourceError for the table as a whole: too_large, bad_encoding, bad_csv,
    missing_field (a column).
    """
    if len(content) > MAX_BYTES:
        raise SourceError(SourceCode.TOO_LARGE, f"The table is larger than {MAX_BYTES} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            SourceCode.BAD_ENCODING, "The table is not UTF-8.", f"byte {error.start}"
        ) from None
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
        if missing:
            raise SourceError(
                SourceCode.MISSING_FIELD, f"Columns are missing: {', '.join(missing)}", "row 1"
            )
        for row in reader:
            yield CsvRow(reader.line_num, _read(row, reader.line_num))
    except csv.Error as error:
        where = f"row {reader.line_num}"
        raise SourceError(SourceCode.BAD_CSV, f"Not a CSV table: {error}", where) from None


def _read(row: dict[str | None, Any], number: int) -> TenderInput | SourceError:
    if None in row or None in row.values():
        return SourceError(
            SourceCode.BAD_CSV, "The row has not as many cells as the heading.", f"row {number}"
        )
    cells = {str(column): str(cell).strip() for column, cell in row.items()}
    for column in REQUIRED:
        if not cells[column]:
            return SourceError(
                SourceCode.MISSING_FIELD, "The cell is empty.", _where(number, column)
            )
    try:
        return parse(_fields(cells))
    except _BadCell as error:
        return SourceError(SourceCode.BAD_VALUE, error.problem, _where(number, error.column))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        column = next(
            (_COLUMN_OF[part] for part in reversed(first["loc"]) if part in _COLUMN_OF), ""
        )
        return SourceError(SourceCode.BAD_VALUE, first["msg"], _where(number, column))


class _BadCell(Exception):
    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column
        self.problem = problem


def _where(number: int, column: str) -> str:
    return f"row {number}, column {column}" if column else f"row {number}"


def _fields(cells: dict[str, str]) -> dict[str, Any]:
    """The fields of a `TenderInput`: one lot that says what the row says."""
    title = {"sv": cells["title"]}
    description = {"sv": cells["description"]} if cells.get("description") else {}
    value = _value(cells.get("value", ""))
    lot = {
        "lot_id": "LOT-0001",
        "title": title,
        "description": description,
        "cpv_main": None if cells["cpv"] == _NO_CPV else cells["cpv"],
        "value": {"amount": value, "currency": "SEK"} if value else None,
        "deadline": _instant(cells, "deadline", _END_OF_DAY),
        "reserved": ["res-ws"] if _flag(cells, "reserved") else [],
        "reserved_execution": "not-known" if _flag(cells, "reserved") else None,
        "objectives": {
            "social": ["soc-obj"] if _flag(cells, "social") else [],
            "green": ["env-imp"] if _flag(cells, "environmental") else [],
        },
    }
    procedure = cells.get("procedure", "")
    return {
        "kind": "competition",
        "source": {"system": SYSTEM, "notice_id": _notice_id(cells)},
        "buyers": [_buyer(cells)],
        "title": title,
        "description": description,
        "language": "sv",
        "procedure": _PROCEDURES.get(procedure.casefold(), procedure) or None,
        "published_at": _instant(cells, "published", time.min),
        "lots": [lot],
    }


def _notice_id(cells: dict[str, str]) -> str:
    """The buyer's number, then its own number of the procurement: unique only for the buyer."""
    return "/".join(filter(None, (cells.get("buyer_org_no"), cells["procurement_id"])))


def _buyer(cells: dict[str, str]) -> dict[str, Any]:
    municipal = cells.get("buyer_sector", "").casefold() == _MUNICIPAL
    return {
        "id": cells.get("buyer_org_no") or None,
        "name": cells["buyer"],
        "municipality": municipality_by_name(cells["buyer"]) if municipal else None,
    }


def _flag(cells: dict[str, str], column: str) -> bool:
    cell = cells.get(column, "")
    if not cell:
        return False
    flag = _BOOLEANS.get(cell.casefold())
    if flag is None:
        raise _BadCell(column, "must be True, False or empty")
    return flag


def _value(cell: str) -> str | None:
    """Digits with an optional decimal point or comma; spaces between thousands are taken."""
    plain = re.sub(r"\s", "", cell).replace(",", ".")
    if plain and not re.fullmatch(r"\d{1,15}(\.\d{1,2})?", plain):
        raise _BadCell("value", "must be an amount in SEK without VAT")
    return plain or None


def _instant(cells: dict[str, str], column: str, missing_time: time) -> datetime | None:
    """A date (Swedish time), or an instant with its offset."""
    cell = cells.get(column, "")
    if not cell:
        return None
    try:
        if len(cell) == len("2021-01-31"):
            day = date.fromisoformat(cell)
            return datetime.combine(day, missing_time, tzinfo=_STOCKHOLM)
        instant = datetime.fromisoformat(cell)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise _BadCell(column, "must be a date, or date and time with offset")
    return instant
