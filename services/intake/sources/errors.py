"""Why a source was refused: one error type with stable codes."""

from enum import StrEnum


class SourceCode(StrEnum):
    """Stable codes of refusals, for programs; the message is for people."""

    NOT_XML = "not_xml"
    DTD_FORBIDDEN = "dtd_forbidden"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_MANY_ATTRIBUTES = "too_many_attributes"
    UNKNOWN_ROOT = "unknown_root"
    UNSUPPORTED_SDK = "unsupported_sdk"
    UNKNOWN_SUBTYPE = "unknown_subtype"
    MISSING_FIELD = "missing_field"
    BAD_VALUE = "bad_value"
    REPEATED_FIELD = "repeated_field"
    UNKNOWN_REFERENCE = "unknown_reference"
    BAD_ENCODING = "bad_encoding"
    BAD_CSV = "bad_csv"
    BAD_JSON = "bad_json"
    BAD_ZIP = "bad_zip"
    UNREADABLE = "unreadable"


class SourceError(Exception):
    """A notice or a row that cannot be read.

    code -- which rule it breaks, stable.
    message -- what is wrong, in English, for whoever sent it.
    where -- business term and place ("BT-701 cbc:ID, line 41"; "row 7, column cpv"), or "".
    """

    def __init__(self, code: SourceCode, message: str, where: str = "") -> None:
        super().__init__(f"{code}: {message}" + (f" ({where})" if where else ""))
        self.code = code
        self.message = message
        self.where = where
