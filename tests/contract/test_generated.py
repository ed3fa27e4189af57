"""What is made from the code is committed as the code makes it, and valid."""

from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from deploy.ops import contracts


@pytest.mark.parametrize("file", contracts.FILES, ids=lambda file: file.name)
def test_the_committed_file_is_current(file: Path) -> None:
    assert file.read_text("utf-8") == contracts.FILES[file](), "run `make contracts`"


def test_the_openapi_document_is_valid_openapi_3_1() -> None:
    document = contracts.openapi()
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_openapi_document_holds_the_api_and_no_pages() -> None:
    assert all(path.startswith("/v1/") for path in contracts.openapi()["paths"])
