"""Logs name errors and places, and never quote what the errors quote."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.telemetry import configure_logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("form", ["json", "console"])
def test_the_text_of_an_error_stays_out_of_the_log(
    form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logging("test", form)
    try:
        try:
            raise ValueError("Failing row contains (r1, anna@firma.example)")
        except ValueError as cause:
            raise RuntimeError("of anna@firma.example") from cause
    except RuntimeError as error:
        structlog.get_logger().exception("page_failed")
        structlog.get_logger().error("handler_failed", exc_info=error)
        logging.getLogger("of.a.library").exception("Exception in ASGI application")
    logged = capfd.readouterr().err
    assert "firma.example" not in logged
    assert logged.count("test_telemetry.py") == 6
    assert logged.count("builtins.RuntimeError") == 3
    assert logged.count("builtins.ValueError") == 3
