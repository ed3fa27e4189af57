"""What anyone may read: first page, a tender's page, the accessibility statement, confirming."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from services.intake.domain.refusal import Refused
from services.intake.pages.desk import Desk
from services.intake.pages.views import line, open_now, view
from services.intake.suppliers import CONFIRM_WITHIN
from shared.contracts.codes import TenderKind, TenderStatus
from shared.links import BadLink
from shared.web import chosen_language

_SHOWN, _LOOKED_AT = 10, 50


def public_routes(desk: Desk, router: APIRouter) -> None:
    """`/`, `/upphandlingar/{id}`, `/tillganglighet`."""
    tenant_id = desk.settings.tenant_id

    @router.get("/")
    async def home(request: Request) -> HTMLResponse:
        language, now = chosen_language(request), desk.clock()
        newest = await desk.commands.newest_tenders(
            tenant_id, [TenderKind.DIRECT_PROCUREMENT], [TenderStatus.OPEN], _LOOKED_AT
        )
        tenders = [line(tender, language) for tender in newest if open_now(tender, now)][:_SHOWN]
        return desk.page(request, "home.html", tenders=tenders)

    @router.get("/upphandlingar/{tender_id}")
    async def tender(request: Request, tender_id: str) -> HTMLResponse:
        try:
            found = await desk.commands.tender(tenant_id, tender_id)
        except Refused as refused:
            raise HTTPException(404) from refused
        shown = view(found, chosen_language(request), desk.clock())
        return desk.page(request, "tender.html", tender=shown)

    @router.get("/tillganglighet")
    async def accessibility(request: Request) -> HTMLResponse:
        return desk.page(request, "accessibility.html")


def confirm_routes(desk: Desk, router: APIRouter) -> None:
    """`/anslut/bekrafta/{token}`, where the confirmation mail leads.

    The POST needs no form token: the link's own token is the secret that only the addressee has,
    and all it can do is what the addressee was asked to do.
    """

    @router.get("/anslut/bekrafta/{token}")
    async def ask(request: Request, token: str) -> HTMLResponse:
        try:
            desk.links.read("confirm", token, int(CONFIRM_WITHIN.total_seconds()))
        except BadLink:
            return desk.page(
                request, "confirm.html", state="old_title", token=token, status_code=410
            )
        return desk.page(request, "confirm.html", state="title", token=token)

    @router.post("/anslut/bekrafta/{token}")
    async def confirm(request: Request, token: str) -> HTMLResponse:
        if await desk.commands.confirm(token):
            return desk.page(request, "confirm.html", state="done_title", token=token)
        return desk.page(request, "confirm.html", state="old_title", token=token, status_code=410)
