"""Errors of pages are pages: what went wrong and what to do, in the reader's language."""

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.web import Renderer

log = structlog.get_logger()

_SAID = (400, 401, 403, 404, 413, 415)


def page_route(renderer: Renderer) -> type[APIRoute]:
    """The route class of a router whose errors are answered as pages."""

    def problem(request: Request, status: int, headers: dict[str, str] | None = None) -> Response:
        said = status if status in _SAID else 500
        page = renderer.page(request, "problem.html", status_code=status, said=f"problem.{said}")
        page.headers.update(headers or {})
        return page

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handled(request: Request) -> Response:
                if "\x00" in request.scope["path"]:  # Postgres could not even look for it
                    return problem(request, 404)
                try:
                    return await handle(request)
                except HTTPException as error:
                    return problem(request, error.status_code, dict(error.headers or {}))
                except Exception:
                    log.exception("page_failed", path=self.path)
                    return problem(request, 500)

            return handled

    return PageRoute
