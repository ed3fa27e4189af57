"""The operations board, and one tender's whole way. No address and no name on either."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.intake.keys import Scope
from services.intake.pages.access import access
from services.intake.pages.desk import Desk, go_to
from services.intake.pages.timeline import timelines
from services.intake.pages.topics_view import TopicsView, total_dead
from services.intake.pages.views import line
from shared.contracts.codes import TenderKind, TenderStatus
from shared.web import chosen_language

RELOAD_S = 10
_LATEST = 10


def ops_routes(desk: Desk, router: APIRouter, topics_view: TopicsView) -> None:
    """`/ops`, `/ops/folj/{id}` and its JSON twin for the `ombud follow` command."""
    tenant = Depends(access(desk, Scope.OPS))

    @router.get("/ops")
    async def board(
        request: Request, tenant_id: Annotated[str, tenant], live: str = ""
    ) -> HTMLResponse:
        standing = await desk.commands.reconciliation()
        read = await topics_view.read()
        latest = await desk.commands.newest_tenders(
            tenant_id, list(TenderKind), list(TenderStatus), _LATEST
        )
        language = chosen_language(request)
        return desk.page(
            request,
            "ops.html",
            standing=standing,
            topics=read,
            dead=total_dead(read or ()),
            latest=[line(tender, language) for tender in latest],
            read_at=desk.clock(),
            reload_s=RELOAD_S if live else None,  # only for those who asked for it (WCAG 2.2.4)
        )

    @router.get("/ops/folj")
    async def search(wanted: Annotated[str, Query(alias="id")] = "") -> RedirectResponse:
        wanted = wanted.strip()
        return go_to(f"/ops/folj/{wanted}" if wanted.replace("-", "").isalnum() else "/ops")

    @router.get("/ops/folj/{tender_id}")
    async def follow(
        request: Request, tender_id: str, tenant_id: Annotated[str, tenant]
    ) -> HTMLResponse:
        trail = await desk.commands.follow(tenant_id, tender_id)
        if trail is None:
            return desk.page(
                request, "follow.html", status_code=404, tender_id=tender_id, revisions=None
            )
        shown = timelines(trail)
        return desk.page(request, "follow.html", tender_id=tender_id, revisions=shown)

    @router.get("/ops/api/follow/{tender_id}")
    async def follow_api(tender_id: str, tenant_id: Annotated[str, tenant]) -> Response:
        trail = await desk.commands.follow(tenant_id, tender_id)
        if trail is None:
            raise HTTPException(404)
        return Response(trail.model_dump_json(), media_type="application/json")
