"""Forms as browsers send them, read within bounds, and what is wrong with a field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_FORM_BYTES = 256 * 1024
MAX_FORM_FIELDS = 1000


@dataclass(frozen=True)
class FieldError:
    """A field and the key of the sentence that says how to put it right."""

    name: str
    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Form:
    """Submitted fields: text without surrounding space, line ends as `\\n`."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self.pairs = [(name, _clean(value)) for name, value in pairs]

    def one(self, name: str) -> str:
        """The last value of `name`, or the empty text."""
        values = self.all(name)
        return values[-1] if values else ""

    def all(self, name: str) -> list[str]:
        """All values of `name` that are not empty, each once, in order."""
        return list(dict.fromkeys(value for key, value in self.pairs if key == name and value))

    def with_value(self, name: str, value: str) -> "Form":
        """The same form with one value for `name`."""
        return Form([*self.without(name), (name, value)])

    def without(self, *names: str) -> list[tuple[str, str]]:
        """The fields to carry in a page that asks once more, but for `names`."""
        return [(name, value) for name, value in self.pairs if name not in names]


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


async def read_form(request: Request) -> Form:
    """Read a urlencoded form.

    Raises HTTPException: 413 above `MAX_FORM_BYTES`, 415 for another media type, 400 for what is
    not UTF-8, carries NUL or has more than `MAX_FORM_FIELDS` fields.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413)
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except ValueError as error:
        raise HTTPException(400) from error
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise HTTPException(400)
    return Form(pairs)
