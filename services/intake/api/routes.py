"""The HTTP API: notices, tenders, suppliers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.intake.api.answers import SupplierAnswer, TenderReceipt, supplier_answer
from services.intake.api.auth import requires
from services.intake.api.body import JSON_TYPES, XML_TYPES, once, read_body, read_json
from services.intake.api.problems import MEDIA_TYPE
from services.intake.commands import Commands
from services.intake.domain import supplier_input, tender_input
from services.intake.keys import Caller, Scope
from services.intake.notices import Receipt
from services.intake.suppliers import SupplierReceipt
from shared.contracts.tender import Tender

_PROBLEM_SCHEMA = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
_TEXTS = {
    400: "The Idempotency-Key is malformed",
    401: "The API key is missing or unknown",
    403: "The API key lacks the scope",
    404: "There is none, or it is another tenant's",
    409: "A lower version of a notice that is held, or the same version with other content",
    413: "The body, or the tender in it, is too large",
    415: "The content type is not the one that is expected",
    422: "Something in it cannot be taken in; `errors` names the fields",
    503: "The database does not answer; nothing was stored",
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "description": _TEXTS[status],
            "content": {MEDIA_TYPE: _PROBLEM_SCHEMA},
        }
        for status in (*statuses, 503)
    }


def _body(media_types: frozenset[str], schema: dict[str, Any]) -> dict[str, Any]:
    content = {media_type: {"schema": schema} for media_type in sorted(media_types)}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key and body again get the same answer; with another body, 422",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }
    return {"requestBody": {"required": True, "content": content}, "parameters": [key]}


_NOTICE = _body(XML_TYPES, {"type": "string", "description": "An eForms notice"})
_TENDER = _body(JSON_TYPES, {"$ref": "#/components/schemas/TenderInput"})
_SUPPLIER = _body(JSON_TYPES, {"$ref": "#/components/schemas/SupplierInput"})
_SEND = _problems(400, 401, 403, 409, 413, 415, 422)


def routes(commands: Commands) -> APIRouter:
    """All routes under `/v1`."""
    router = APIRouter(prefix="/v1")
    router.include_router(_tenders(commands))
    router.include_router(_suppliers(commands))
    return router


def _tenders(commands: Commands) -> APIRouter:
    router = APIRouter(tags=["tenders"])
    publisher = Depends(requires(commands.caller, Scope.PUBLISH))
    reader = Depends(requires(commands.caller, Scope.READ, Scope.PUBLISH))

    @router.post(
        "/notices",
        status_code=201,
        response_model=TenderReceipt,
        summary="Send an eForms notice",
        responses=_again(TenderReceipt) | _SEND,
        openapi_extra=_NOTICE,
    )
    async def post_notice(
        request: Request, response: Response, caller: Annotated[Caller, publisher]
    ) -> TenderReceipt:
        """201 once state and message are stored together; 200 for the same notice again."""
        xml = await read_body(request, XML_TYPES)
        receipt = await commands.receive_notice(caller.tenant_id, xml, once(request, xml))
        return _tender_receipt(receipt, response)

    @router.post(
        "/tenders",
        status_code=201,
        response_model=TenderReceipt,
        summary="Send a tender as JSON",
        responses=_again(TenderReceipt) | _SEND,
        openapi_extra=_TENDER,
    )
    async def post_tender(
        request: Request, response: Response, caller: Annotated[Caller, publisher]
    ) -> TenderReceipt:
        """201 once state and message are stored together; 200 for the same notice again.

        Give `source.notice_id` (and a higher `source.notice_version` for a change), or an
        Idempotency-Key, to be able to send again.
        """
        body = await read_body(request, JSON_TYPES)
        given = await read_json(body, tender_input.parse)
        receipt = await commands.receive_tender(caller.tenant_id, given, once(request, body))
        return _tender_receipt(receipt, response)

    @router.get(
        "/tenders/{tender_id}",
        response_model=Tender,
        summary="Read a tender",
        responses=_problems(401, 403, 404, 422),
    )
    async def get_tender(tender_id: UUID, caller: Annotated[Caller, reader]) -> Tender:
        """The state of the tender as it was last published."""
        return await commands.tender(caller.tenant_id, str(tender_id))

    return router


def _suppliers(commands: Commands) -> APIRouter:
    router = APIRouter(tags=["suppliers"])
    allowed = Depends(requires(commands.caller, Scope.SUPPLIERS))

    @router.post(
        "/suppliers",
        status_code=201,
        response_model=SupplierReceipt,
        summary="Sign a supplier up",
        responses=_problems(400, 401, 403, 413, 415, 422),
        openapi_extra=_SUPPLIER,
    )
    async def post_supplier(
        request: Request, response: Response, caller: Annotated[Caller, allowed]
    ) -> SupplierReceipt:
        """A mail asks the address to confirm; nothing else is mailed before that."""
        body = await read_body(request, JSON_TYPES)
        given = await read_json(body, supplier_input.parse)
        receipt = await commands.register_supplier(caller.tenant_id, given, once(request, body))
        response.headers["Location"] = f"/v1/suppliers/{receipt.supplier_id}"
        return receipt

    @router.put(
        "/suppliers/{supplier_id}",
        response_model=SupplierReceipt,
        summary="Replace a supplier's profile",
        responses=_problems(400, 401, 403, 404, 413, 415, 422),
        openapi_extra=_SUPPLIER,
    )
    async def put_supplier(
        supplier_id: UUID, request: Request, caller: Annotated[Caller, allowed]
    ) -> SupplierReceipt:
        """A new address has to be confirmed again."""
        body = await read_body(request, JSON_TYPES)
        given = await read_json(body, supplier_input.parse)
        return await commands.change_supplier(
            caller.tenant_id, str(supplier_id), given, once(request, body)
        )

    @router.get(
        "/suppliers/{supplier_id}",
        response_model=SupplierAnswer,
        summary="Read a supplier",
        responses=_problems(401, 403, 404, 422),
    )
    async def get_supplier(supplier_id: UUID, caller: Annotated[Caller, allowed]) -> SupplierAnswer:
        """Profile and contact, as they were last published."""
        return supplier_answer(await commands.supplier(caller.tenant_id, str(supplier_id)))

    return router


def _again(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "The same again: nothing was changed"}}


def _tender_receipt(receipt: Receipt, response: Response) -> TenderReceipt:
    response.status_code = 201 if receipt.created else 200
    response.headers["Location"] = f"/v1/tenders/{receipt.tender_id}"
    return TenderReceipt(**receipt.model_dump())
