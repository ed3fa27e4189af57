"""The OpenAPI 3.1 document: what FastAPI derives, and the bodies that routes read themselves."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from services.intake.api.problems import ProblemBody
from services.intake.domain.supplier_input import SupplierInput
from services.intake.domain.tender_input import TenderInput

_REF = "#/components/schemas/{model}"

TENDER_EXAMPLE: dict[str, Any] = {
    "kind": "direct_procurement",
    "source": {"system": "api", "notice_id": "2026-117", "notice_version": "01"},
    "buyers": [{"name": "Exempelstads kommun", "municipality": "1283"}],
    "title": {"sv": "Catering till föreningsdag"},
    "description": {"sv": "Lunch för 80 personer, vegetariskt alternativ."},
    "lots": [
        {
            "cpv_main": "55520000",
            "municipalities": ["1283"],
            "value": {"amount": 45000, "currency": "SEK"},
            "deadline": "2026-12-18T23:59:00+01:00",
            "clauses": [{"code": "se-employ", "text": {"sv": "anställa 1 person"}}],
        }
    ],
}
SUPPLIER_EXAMPLE: dict[str, Any] = {
    "name": "Exempelköket ekonomisk förening",
    "address": "info@exempelkoket.example",
    "consent": {"given": True},
    "cpv": ["55520000"],
    "keywords": ["catering", "lunch"],
    "area": {"municipalities": ["1283"]},
    "social": {"integration_purpose": {"answer": True, "evidence_date": "2026-05-01"}},
}


def install(app: FastAPI) -> None:
    """Let the application give the whole document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title="Ombud",
        version="1",
        description="Publish tenders and sign suppliers up. Errors are RFC 9457 problems.",
        routes=app.routes,
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    _, made = models_json_schema(
        [(model, "validation") for model in (TenderInput, SupplierInput, ProblemBody)],
        ref_template=_REF,
    )
    for name, schema in made["$defs"].items():
        schemas.setdefault(name, schema)
    schemas["TenderInput"]["examples"] = [TENDER_EXAMPLE]
    schemas["SupplierInput"]["examples"] = [SUPPLIER_EXAMPLE]
    return found
