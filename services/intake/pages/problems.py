"""Errors of pages are pages: what went wrong and what to do, in the reader's language."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.db import UNAVAILABLE
from shared.web import Renderer

log = structlog.get_logger()

_SAID = (400, 401, 403, 404, 413, 415)


ProblemPage = Callable[[Request, int, Mapping[str, str] | None], Response]
"""The page for a status, with the headers that belong to the error."""


def problem_page(renderer: Renderer) -> ProblemPage:
    """Errors as pages of this renderer."""

    def problem(request: Request, status: int, headers: Mapping[str, str] | None) -> Response:
        said = status if status in _SAID else 500
        page = renderer.page(request, "problem.html", status_code=status, said=f"problem.{said}")
        page.headers.update(headers or {})
        return page

    return problem


def page_route(problem: ProblemPage) -> type[APIRoute]:
    """The route class of a router whose errors are answered as pages."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def handled(request: Request) -> Response:
                if "\x00" in request.scope["path"]:  # Postgres could not even look for it
                    return problem(request, 404, None)
                try:
                    return await handle(request)
                except HTTPException as error:
                    return problem(request, error.status_code, error.headers)
                except UNAVAILABLE as error:
                    log.warning("page_unavailable", path=self.path, error=type(error).__name__)
                    return problem(request, 503, {"Retry-After": "5"})
                except Exception:
                    log.exception("page_failed", path=self.path)
                    return problem(request, 500, None)

            return handled

    return PageRoute
