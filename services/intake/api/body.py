"""Reading a request's body: bounded while it streams, and JSON that can be stored."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from services.intake.api.problems import Problem, invalid
from services.intake.commands import Once

MAX_BODY_BYTES = 16 * 1_048_576
"""A body may be larger than the tender in it: XML, escapes, other languages' spacing."""
LONGEST_NUMBER = 40
XML_TYPES = frozenset({"application/xml", "text/xml"})
JSON_TYPES = frozenset({"application/json"})

Given = TypeVar("Given", bound=BaseModel)


async def read_body(request: Request, media_types: frozenset[str]) -> bytes:
    """The whole body. Raises `Problem` 413 as soon as it is too large, 415 for another type."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in media_types:
        expected = " or ".join(sorted(media_types))
        raise Problem(415, "unsupported_media_type", f"The content type must be {expected}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "unsupported_encoding", "Send the body without content encoding")
    length = request.headers.get("content-length", "")
    if length.isdigit() and (len(length) > 15 or int(length) > MAX_BODY_BYTES):
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
    if not body:
        raise Problem(422, "empty_body", "The body is empty")
    return bytes(body)


def _too_large() -> Problem:
    return Problem(413, "too_large", f"The body may have at most {MAX_BODY_BYTES} bytes")


async def read_json(body: bytes, parse: Callable[[Any], Given]) -> Given:
    """Validate a JSON body with `parse`. Raises `Problem` 422 with each wrong field named."""
    return await asyncio.to_thread(_parse_json, body, parse)


def _parse_json(body: bytes, parse: Callable[[Any], Given]) -> Given:
    try:
        fields = json.loads(body.decode("utf-8-sig"), parse_int=_integer)
    except RecursionError:
        raise Problem(422, "too_deep", "The JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise Problem(422, "bad_encoding", "The body is not UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(422, "bad_json", f"Not JSON: {error.msg} at {where}") from None
    try:
        return parse(fields)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False)) from None
    except RecursionError:
        raise Problem(422, "too_deep", "The JSON is nested too deeply") from None


def _integer(digits: str) -> int | float:
    """No number here has more digits; infinity is refused by every field, which names it."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else float("inf")


def once(request: Request, body: bytes) -> Once | None:
    """The request's Idempotency-Key, if it has one. Raises `Problem` 400 for a malformed one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    key = key.strip().strip('"')
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem(
            400, "bad_idempotency_key", "An Idempotency-Key is 1 to 255 printable characters"
        )
    parts = (request.method.encode(), request.url.path.encode(), body)
    return Once(key, hashlib.sha256(b"\x00".join(parts)).hexdigest())
