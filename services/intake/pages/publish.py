"""A unit publishes a direct procurement: one page, check answers, publish, receipt."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from services.intake.domain.refusal import RefusalCode, Refused
from services.intake.keys import Scope
from services.intake.pages.access import access
from services.intake.pages.desk import Desk, go_to, language_asked
from services.intake.pages.forms import publish as fields
from services.intake.pages.limits import DOCUMENTATION_FROM, LIMITS, limit_on
from services.intake.pages.places import PLACES_OF_COUNTY
from shared.codelists import cpv_name
from shared.codelists.reserved import within_19_25
from shared.contracts.codes import ClauseCode, Reservation
from shared.links import BadLink
from shared.locale import LANGUAGES
from shared.web import FieldError, Form, chosen_language, read_form

UNIT_COOKIE = "ombud_unit"
"""Remembers the buyer's name (a public body) for the next procurement."""
_CARRIED = ("action", "lang", "form_token", "draft", "stage")
_UNIT_COOKIE_AGE_S = 180 * 24 * 3600
_DRAFT_AGE_S = 7 * 24 * 3600


def publish_routes(desk: Desk, router: APIRouter) -> None:
    """`/kop/ny` and its receipt."""
    tenant = Depends(access(desk, Scope.PUBLISH))

    @router.get("/kop/ny")
    async def empty(request: Request, _: Annotated[str, tenant]) -> HTMLResponse:
        unit = desk.kept("unit", request.cookies.get(UNIT_COOKIE, ""))
        return _form(desk, request, Form([("unit", unit)]))

    @router.post("/kop/ny")
    async def sent(request: Request, tenant_id: Annotated[str, tenant]) -> Response:
        form = await read_form(request)
        if language_asked(form):
            again = _check if form.one("stage") == "check" else _form
            return again(desk, request, form)
        if not desk.csrf.holds(request, form):
            return _form(desk, request, form, [FieldError("page-form", "error.old_page")])
        match form.one("action"):
            case "find":
                if not form.one("trade"):
                    form = form.with_value("trade", form.one("title"))
                return _form(desk, request, form.with_value("found_for", form.one("trade")))
            case "change":
                return _form(desk, request, form)
            case "publish":
                return await _publish(desk, request, form, tenant_id)
            case _:
                return _check(desk, request, form)

    @router.get("/kop/ny/klart/{tender_id}")
    async def receipt(
        request: Request, tender_id: str, _: Annotated[str, tenant], igen: int = 0
    ) -> HTMLResponse:
        return desk.page(request, "receipt.html", tender_id=tender_id, again=bool(igen))


def _form(
    desk: Desk, request: Request, form: Form, errors: list[FieldError] | None = None
) -> HTMLResponse:
    language = chosen_language(request, form.one("lang"))
    looked = bool(form.one("trade"))
    today = desk.today()
    return desk.form_page(
        request,
        "publish.html",
        form.with_value("found_for", form.one("trade")),
        errors or [],
        trades=fields.suggestions(form, language) if looked else [],
        looked=looked,
        draft=_draft(desk, form)[1],
        places=PLACES_OF_COUNTY,
        reservations=fields.RESERVATIONS,
        clauses=fields.CLAUSES,
        counted=fields.COUNTED,
        limit=limit_on(today),
        last_limit=LIMITS[-1],
        limits=fields,
    )


def _draft(desk: Desk, form: Form) -> tuple[str, str]:
    """The form's own identifier and its signed text; the same one from first sight to receipt."""
    given = form.one("draft")
    try:
        return str(desk.links.read("draft", given, _DRAFT_AGE_S)["d"]), given
    except (BadLink, KeyError):
        fresh = str(uuid4())
        return fresh, desk.links.sign("draft", {"d": fresh})


def _check(desk: Desk, request: Request, form: Form) -> HTMLResponse:
    given = fields.read(form, desk.today())
    if isinstance(given, list):
        return _form(desk, request, form, given)
    return desk.form_page(
        request,
        "check.html",
        form,
        given=given,
        warnings=warnings(given, chosen_language(request, form.one("lang"))),
        carried=form.without(*_CARRIED),
        draft=_draft(desk, form)[1],
    )


def warnings(given: fields.Procurement, language: str) -> list[tuple[str, dict[str, Any]]]:
    """What a unit should think of before publishing: keys of sentences with parameters."""
    found: list[tuple[str, dict[str, Any]]] = []
    if given.value >= DOCUMENTATION_FROM:
        found.append(("check.document", {}))
    if given.reservation in (Reservation.PUBLIC_SERVICE, Reservation.IDEBUREN):
        found.append((f"reservation.{given.reservation}.caution", {}))
    if given.reservation == Reservation.PUBLIC_SERVICE and not within_19_25(given.cpv):
        found.append(("check.scope", {"trade": cpv_name(given.cpv, language)}))
    return found


async def _publish(desk: Desk, request: Request, form: Form, tenant_id: str) -> Response:
    given = fields.read(form, desk.today())
    if isinstance(given, list):
        return _form(desk, request, form, given)

    def clause_text(code: ClauseCode, people: int) -> dict[str, str]:
        say = desk.renderer.say
        return {lang: say(lang, f"clause.{code}.counted", n=people) for lang in LANGUAGES}

    language = chosen_language(request)
    tender = fields.to_tender(given, _draft(desk, form)[0], language, clause_text)
    try:
        receipt = await desk.commands.receive_tender(tenant_id, tender)
    except Refused as refused:
        known = refused.code in (RefusalCode.OTHER_BYTES, RefusalCode.TOO_LARGE)
        key = f"error.{refused.code}" if known else "error.refused"
        return _form(desk, request, form, [FieldError("page-form", key)])
    response = go_to(f"/kop/ny/klart/{receipt.tender_id}" + ("" if receipt.created else "?igen=1"))
    response.set_cookie(
        UNIT_COOKIE,
        desk.links.sign("unit", {"v": given.unit}),
        max_age=_UNIT_COOKIE_AGE_S,
        httponly=True,
        samesite="lax",
    )
    return response
