"""The supervisor keeps a whole stack running, and says what is wrong where it cannot."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.embedded import hold
from deploy.local.paths import Place
from deploy.local.processes import NotStarted, ProcessId, free_port
from deploy.local.programs import Program
from deploy.local.quiet import Quiet
from deploy.local.supervisor import Service, Supervisor

PARTS = {"inbox", "intake", "matcher", "notifier", "kafka", "postgres"}


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not happen in 60 s"
        time.sleep(0.05)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    place = Place(tmp_path)
    with hold(place):
        running = Supervisor(place, durable=False)
        try:
            running.start_servers()
            running.prepare()
            running.start_services()
            yield running
        finally:
            running.stop()


def process(supervisor: Supervisor, name: str) -> ProcessId | None:
    return ProcessId.read(supervisor.place.processes / name)


async def test_whatever_is_killed_is_started_again_and_a_stop_leaves_nothing(
    supervisor: Supervisor,
) -> None:
    before = {name: process(supervisor, name) for name in PARTS}
    for identity in before.values():
        assert identity
        identity.send(signal.SIGKILL)
    until(lambda: set(supervisor.restarts) == PARTS)
    until(lambda: all(service.ready() for service in supervisor.services.values()))
    await Quiet(supervisor.admin_dsn, supervisor.kafka).wait(30)
    after = [process(supervisor, name) for name in PARTS]
    supervisor.stop()
    assert not any(identity.running() for identity in after if identity)
    assert list(supervisor.place.processes.iterdir()) == []


def test_a_program_that_cannot_start_says_why_and_where_its_log_is(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.create()
    service = Service(Program("broken", "no_such_module", free_port(), "/ready"), place)
    service.start()
    with pytest.raises(NotStarted, match="no_such_module") as raised:
        service.wait_ready(threading.Event())
    assert str(place.logs / "broken.log") in str(raised.value)
    assert sys.executable in (place.logs / "broken.log").read_text()
    service.stop()
