"""Fixtures for all tests, and a last word on what a run could not try."""

import itertools
import os
import shutil
from collections.abc import Iterator

import pytest

from tests.stack import Sandbox, Stack, running_stack
from tests.stack import sandbox as make_sandbox

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_missing: dict[str, str] = {}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Real Kafka and Postgres, started once per run; see `tests.stack_servers` for OMBUD_STACK.

    A test mostly wants `sandbox`: its own topics and database on this stack.
    """
    with running_stack(os.environ.get("OMBUD_STACK", "auto")) as running:
        yield running


@pytest.fixture
def sandbox(stack: Stack) -> Iterator[Sandbox]:
    """Fresh topics (a prefix of their own), a fresh migrated database and an empty mail inbox.

    Start services in it with `sandbox.environment("intake")`, or hand `sandbox.kafka` and
    `sandbox.dsn("intake")` to what is tested.
    """
    with make_sandbox(stack, next(_numbers)) as ground:
        yield ground


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; where there is none the test is skipped, and the run says so."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        _missing["Chromium"] = "the browser tests were skipped (apt-get install chromium)"
        pytest.skip("no Chromium on this machine")
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines what optional things this run lacked."""
    for thing, effect in _missing.items():
        terminalreporter.write_line(f"Missing, optional: {thing}: {effect}.", yellow=True)
