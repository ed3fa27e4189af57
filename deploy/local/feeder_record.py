"""What the feeder remembers in the local folder: its base day, and every accepted request."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Record:
    """`feeder.json` (base day) and `accepted.jsonl` (one line a 200 or 201, in order)."""

    folder: Path

    @property
    def accepted_file(self) -> Path:
        return self.folder / "accepted.jsonl"

    def base_day(self, today: date) -> date:
        """The day to which all dates are relative: that of the first run on this data."""
        file = self.folder / "feeder.json"
        if file.exists():
            return date.fromisoformat(json.loads(file.read_text())["base_day"])
        self.folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"base_day": today.isoformat()}) + "\n")
        return today

    def note(self, at: datetime, kind: str, name: str, status: int, answer: dict[str, Any]) -> None:
        """Write down an accepted request with the ids that its answer named."""
        ids = ("tender_id", "supplier_id", "recipient_id", "revision")
        line = {"at": at.isoformat(), "kind": kind, "name": name, "status": status}
        line |= {key: answer[key] for key in ids if key in answer}
        with self.accepted_file.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def noted(self, kind: str) -> set[str]:
        """Names of the requests of one kind that were accepted, in this run or an earlier one."""
        if not self.accepted_file.exists():
            return set()
        lines = map(json.loads, self.accepted_file.read_text().splitlines())
        return {line["name"] for line in lines if line["kind"] == kind}
