"""Files of our own JSON tenders: one tender, or a list of them."""

import json
from typing import Any

from pydantic import ValidationError

from services.intake.domain.tender_input import TenderInput, parse
from services.intake.sources.errors import SourceCode, SourceError

MAX_BYTES = 16 * 1024 * 1024


def read_json(content: bytes) -> list[TenderInput | SourceError]:
    """Read the tenders of a file; a bad one in a list does not stop the others.

    Raises SourceError for the file as a whole: too_large, bad_json.
    """
    if len(content) > MAX_BYTES:
        raise SourceError(SourceCode.TOO_LARGE, f"The file is larger than {MAX_BYTES} bytes.")
    try:
        document = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}" if line else ""
        raise SourceError(SourceCode.BAD_JSON, f"Not JSON: {str(error)[:200]}", where) from None
    if isinstance(document, list):
        return [_read(item, f"item {number}") for number, item in enumerate(document, 1)]
    return [_read(document, "")]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _read(fields: Any, where: str) -> TenderInput | SourceError:
    try:
        return parse(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ", ".join(filter(None, [where, ".".join(map(str, first["loc"]))]))
        return SourceError(SourceCode.BAD_VALUE, first["msg"], place)
