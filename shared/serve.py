"""Runs a service: one ASGI application, stopped gently by SIGTERM."""

from collections.abc import Callable
from typing import Any

import uvicorn

from shared.settings import ServiceSettings
from shared.telemetry import configure_logging

GRACE_S = 12
"""Requests and handlers in hand get this long; the process leaves within 15 s."""


def serve(service: str, settings: ServiceSettings, make_app: Callable[[], Any]) -> None:
    """Serve until SIGTERM or SIGINT."""
    configure_logging(service, settings.log_format, settings.log_level)
    uvicorn.run(
        make_app(),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
