"""The one clock, and how a test makes a running service's clock jump."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from shared.clock import system_clock


def test_a_file_moves_the_clock_by_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = system_clock()
    file = tmp_path / "clock"
    monkeypatch.setenv("OMBUD_CLOCK_FILE", str(file))
    assert system_clock() - before < timedelta(hours=1)
    file.write_text("-86400.5\n")
    assert timedelta(hours=23) < before - system_clock() < timedelta(hours=25)
    assert system_clock().tzinfo is UTC
