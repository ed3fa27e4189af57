"""Logs, metrics and health, wired once for all services.

Logs carry `tender_id`, `event_id` and codes; never an address, a name or an organisation number.
"""

import logging
import sys
import traceback
from collections.abc import Awaitable, Callable

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from structlog.typing import ExcInfo

Check = Callable[[], Awaitable[bool]]


def configure_logging(service: str, form: str, level: str = "INFO") -> None:
    """structlog for all, the standard library's loggers included: one line an event on stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_places),
    ]
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(service=service)


def _places(exc_info: ExcInfo) -> str:
    """An error by its type and places, its causes too, without texts: they may quote an address.

    (A database's refusal quotes the row, a validator its input.)
    """
    told, seen = [], set()
    cause: BaseException | None = exc_info[1]
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        frames = traceback.extract_tb(cause.__traceback__)
        told += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
        told.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    return "\n".join(reversed(told))


def health_routes(checks: dict[str, Check], registry: CollectorRegistry) -> APIRouter:
    """`/live` (the process answers), `/ready` (what it needs answers too) and `/metrics`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/ready")
    async def ready() -> JSONResponse:
        found = {name: await _passes(check) for name, check in checks.items()}
        return JSONResponse(found, status_code=200 if all(found.values()) else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def _passes(check: Check) -> bool:
    try:
        return await check()
    except Exception:  # noqa: BLE001, any failure means not ready
        # A check that fails for any reason means: not ready.
        return False
