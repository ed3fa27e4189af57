"""Intake's OpenAPI document is valid, and its examples are what the API takes in."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.intake.api.openapi import SUPPLIER_EXAMPLE, TENDER_EXAMPLE
from services.intake.app import make_app
from services.intake.domain import supplier_input, tender_input
from services.intake.settings import Settings


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    settings = Settings.model_validate(
        {"database_dsn": "postgresql://nobody@127.0.0.1:1/none", "link_secret": "x" * 16}
    )
    return make_app(settings).openapi()


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_names_its_problems(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        assert path.startswith("/v1/")
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
            assert {"401", "403", "422", "503"} <= operation["responses"].keys()
            assert operation["security"]


def test_the_examples_are_taken_in() -> None:
    assert tender_input.parse(TENDER_EXAMPLE).lots
    assert supplier_input.parse(SUPPLIER_EXAMPLE).cpv
