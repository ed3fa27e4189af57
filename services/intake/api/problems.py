"""Errors as RFC 9457 problems: a stable code, and the fields that are wrong, by name."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from services.intake.domain.refusal import FieldProblem, RefusalCode, Refused
from shared.db import UNAVAILABLE

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
API = "/v1/"
MOST_ERRORS = 50
_STATUS: Mapping[str, int] = {
    RefusalCode.LOWER_VERSION: 409,
    RefusalCode.OTHER_BYTES: 409,
    RefusalCode.TOO_LARGE: 413,
    "too_large": 413,
    RefusalCode.UNKNOWN_TENDER: 404,
    RefusalCode.UNKNOWN_SUPPLIER: 404,
}
"""HTTP status by code of refusal; all others are 422."""


PageForStatus = Callable[[Request, int, Mapping[str, str] | None], Response]
"""Answers an error outside the API, with the headers that belong to it."""


class FieldErrorBody(BaseModel):
    """A field and what is wrong with it."""

    field: str = Field(examples=["lots.0.deadline"])
    message: str = Field(examples=["must be date and time with offset"])


class ProblemBody(BaseModel):
    """RFC 9457."""

    type: str = Field(examples=["urn:ombud:problem:invalid"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Some fields are not as they should be"])
    code: str = Field(description="Stable, for programs", examples=["invalid"])
    errors: list[FieldErrorBody] = Field([], description="The fields that are wrong")


class Problem(Exception):
    """An answer that is an error, raised anywhere under a route."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers

    def response(self) -> JSONResponse:
        body = {
            "type": f"urn:ombud:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": _sendable(self.detail),
            "code": self.code,
            "errors": [
                {"field": _sendable(e.field), "message": _sendable(e.message)}
                for e in self.errors[:MOST_ERRORS]
            ],
        }
        return JSONResponse(body, self.status, dict(self.headers or {}), MEDIA_TYPE)


def _sendable(text: str) -> str:
    """Names of unknown fields come from outside: they may hold what UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode()[:500]


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem for what pydantic found, without what was sent."""
    problems = [
        FieldProblem(
            ".".join(map(str, error["loc"])) or "(body)",
            str(error["msg"]).removeprefix("Value error, "),
        )
        for error in errors
    ]
    return Problem(422, "invalid", "Some fields are not as they should be", problems)


def of_refusal(refused: Refused) -> Problem:
    """The problem for a command's refusal."""
    return Problem(_STATUS.get(refused.code, 422), refused.code, refused.message, refused.problems)


def install(app: FastAPI, page: PageForStatus | None = None) -> None:
    """Let every error under `/v1/` be a problem, and an unknown address elsewhere a `page`."""

    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.response()

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return of_refusal(error).response()

    async def bad_parameters(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return invalid(error.errors()).response()

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not request.url.path.startswith(API):
            if page is None:
                return await http_exception_handler(request, error)
            return page(request, error.status_code, error.headers)
        code = HTTPStatus(error.status_code).name.lower()
        return Problem(error.status_code, code, str(error.detail), headers=error.headers).response()

    async def unavailable(_: Request, error: Exception) -> Response:
        log.warning("unavailable", error=type(error).__name__)
        return Problem(
            503, "unavailable", "Try again soon", headers={"Retry-After": "5"}
        ).response()

    async def internal(_: Request, error: Exception) -> Response:
        return Problem(500, "internal_error", "Something went wrong with us").response()

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, bad_parameters)
    app.add_exception_handler(HTTPException, http)
    for kind in UNAVAILABLE:
        app.add_exception_handler(kind, unavailable)
    app.add_exception_handler(Exception, internal)
