"""One running system for all end-to-end tests of a run: each adds to it and minds its own."""

from collections.abc import Iterator

import pytest

from tests.e2e.way import Way
from tests.faults.services import running
from tests.stack import Stack, sandbox

SANDBOX_NUMBER = 9001
"""Apart from those of the `sandbox` fixture."""


@pytest.fixture(scope="session")
def way(stack: Stack) -> Iterator[Way]:
    """The three services, running, and a client that knows the way from HTTP to SMTP."""
    with sandbox(stack, SANDBOX_NUMBER) as ground, running(ground) as services:
        services.start_all()
        with Way(services) as client:
            yield client
