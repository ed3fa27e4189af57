"""The local stack ends what it started, and never anybody else's process."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.embedded import end_leftovers, hold, wipe
from deploy.local.paths import Place
from deploy.local.processes import (
    NotStarted,
    ProcessId,
    accepts,
    end_leftover,
    free_port,
    spawn,
)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen in 10 s"
        time.sleep(0.01)


def sleeper(folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    record = folder / "sleeper"
    process = spawn(["sleep", "60"], record=record, log=folder / "log")
    until(lambda: ProcessId.read(record))
    return process, record


def test_a_process_left_by_an_earlier_run_is_ended(tmp_path: Path) -> None:
    process, record = sleeper(tmp_path)
    assert end_leftover(record, 5)
    assert process.wait() == -signal.SIGTERM
    assert not record.exists()


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    record = tmp_path / "stubborn"
    process = spawn(
        ["/bin/sh", "-c", "trap '' TERM; echo set; while :; do sleep 1; done"],
        record=record,
        log=tmp_path / "log",
    )
    until(lambda: "set" in (tmp_path / "log").read_text())
    end_leftover(record, 0.1)
    assert process.wait() == -signal.SIGKILL


def test_a_stale_record_whose_pid_is_now_somebody_elses_harms_nobody(tmp_path: Path) -> None:
    process, record = sleeper(tmp_path)
    mine = ProcessId.read(record)
    assert mine
    stat = Path(f"/proc/{mine.pid}/stat").read_text().split()
    stat[21] = str(int(stat[21]) - 1)  # the pid was given out again: another start time
    record.write_text(f"{mine.boot} {' '.join(stat)}")
    assert not end_leftover(record, 5)
    assert process.poll() is None
    process.kill()
    process.wait()


def test_a_record_of_before_the_last_boot_harms_nobody(tmp_path: Path) -> None:
    process, record = sleeper(tmp_path)
    record.write_text("another-boot " + record.read_text().split(" ", 1)[1])
    assert not end_leftover(record, 5)
    assert process.poll() is None
    process.kill()
    process.wait()


@pytest.mark.parametrize("content", ["", "half a rec", "boot 12 (sh"])
def test_a_half_written_record_counts_as_none(tmp_path: Path, content: str) -> None:
    record = tmp_path / "record"
    record.write_text(content)
    assert ProcessId.read(record) is None
    assert not end_leftover(record, 5)


def test_a_finished_process_does_not_run_even_before_it_is_waited_for(tmp_path: Path) -> None:
    process, record = sleeper(tmp_path)
    identity = ProcessId.read(record)
    assert identity
    process.kill()
    until(lambda: not identity.running())
    process.wait()


def test_a_busy_port_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert accepts(port)
        assert free_port(port) != port
    assert free_port(port) == port


def test_a_place_is_held_by_one_run_at_a_time_and_free_again_when_it_ends(tmp_path: Path) -> None:
    place = Place(tmp_path / "place")
    with hold(place), pytest.raises(NotStarted, match="already runs"):
        hold(place)
    hold(place).close()


def test_leftovers_are_ended_services_before_servers(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.create()
    started = [
        spawn(["sleep", "60"], record=place.processes / name, log=tmp_path / "log")
        for name in ("kafka", "postgres", "intake")
    ]
    until(lambda: all(ProcessId.read(r) for r in place.processes.iterdir()))
    assert end_leftovers(place)[0] == "intake"
    assert all(process.wait() for process in started)


def test_wiping_a_place_removes_its_data_and_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.create()
    (place.inbox / "accepted.jsonl").write_text("{}\n")
    (tmp_path / "feeder.json").write_text("{}")
    (tmp_path / "jars").mkdir()
    wipe(place)
    assert list(place.inbox.iterdir()) == []
    assert not (tmp_path / "feeder.json").exists()
    assert (tmp_path / "jars").exists()
