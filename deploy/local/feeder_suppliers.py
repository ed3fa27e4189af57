"""Generates the example suppliers: `python -m deploy.local.feeder_suppliers`.

Ordinary firms follow the win patterns of real ones (what they win, in which words, how large
they are, where their buyers are); social enterprises, work-integration enterprises and
associations follow a table of trades. All names and addresses are invented. The same seed
gives the same file, byte for byte. Dates are ages in days: the feeder makes them concrete.
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from deploy.local.feeder_social import SOCIAL_KINDS, social_profile

FOLDER = Path(__file__).parents[2] / "data" / "suppliers"
FILE = FOLDER / "suppliers.jsonl"
SEED = 2021
SOCIAL_COUNT = 60

Json = dict[str, Any]

_BAND_MAXIMUM = {"micro": 2_000_000, "small": 10_000_000, "medium": 50_000_000}
_CERTIFICATES = ("iso-9001", "iso-14001", "iso-27001", "iso-45001")


@dataclass(frozen=True)
class Win:
    """One award: what was bought, and where the buyer is (empty if not one place)."""

    cpv: str | None
    title: str
    municipality: str
    nuts: str


@dataclass(frozen=True)
class Pattern:
    """What one real firm won, without its name."""

    number: int
    size: str | None
    sni: str | None
    wins: tuple[Win, ...]

    @property
    def division(self) -> str:
        """The CPV division in which it wins most often."""
        divisions = Counter(win.cpv[:2] for win in self.wins if win.cpv)
        return divisions.most_common(1)[0][0] if divisions else ""


def read_patterns(path: Path) -> list[Pattern]:
    """The committed patterns, in the order of their numbers."""
    rows: dict[int, list[dict[str, str]]] = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            rows[int(row["pattern"])].append(row)
    return [
        Pattern(number, group[0]["size"] or None, group[0]["sni"] or None, _wins(group))
        for number, group in sorted(rows.items())
    ]


def _wins(rows: list[dict[str, str]]) -> tuple[Win, ...]:
    return tuple(
        Win(
            (row["cpv"].strip("0") and row["cpv"]) or None,
            row["title"],
            row["municipality"],
            row["nuts"],
        )
        for row in rows
    )


def words(wins: tuple[Win, ...], common: frozenset[str]) -> list[str]:
    """Telling words of the titles, the most frequent first, in lower case."""
    counted: Counter[str] = Counter()
    for win in wins:
        for word in "".join(c if c.isalpha() else " " for c in win.title.lower()).split():
            if len(word) >= 5 and word not in common:
                counted[word] += 1
    return [word for word, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def generate(seed: int, folder: Path) -> Iterator[Json]:
    """All suppliers: the ordinary firms first, then the social enterprises."""
    names = yaml.safe_load((folder / "names.yaml").read_text())
    patterns = read_patterns(folder / "win_patterns.csv")
    vocabulary: dict[str, list[str]] = defaultdict(list)
    common = frozenset(names["common"])
    for pattern in patterns:
        vocabulary[pattern.division] += words(pattern.wins, common)
    for number, pattern in enumerate(patterns, start=1):
        rng = Random(f"{seed}:firm:{number}")
        yield _firm(rng, number, pattern, names, vocabulary[pattern.division])
    for number in range(SOCIAL_COUNT):
        rng = Random(f"{seed}:social:{number}")
        yield _social(rng, number, len(patterns) + number + 1, names, patterns)


def _firm(rng: Random, number: int, pattern: Pattern, names: Json, near: list[str]) -> Json:
    trades = names["trades"].get(pattern.division, names["trades"]["default"])
    name = f"{rng.choice(names['stems'])} {rng.choice(trades)} {rng.choice(names['forms'])}"
    own = words(pattern.wins, frozenset(names["common"]))
    keywords = own[: rng.randint(2, 7)]
    others = [word for word in near if word not in own]
    supplier = {
        "cpv": list(dict.fromkeys(win.cpv for win in pattern.wins if win.cpv))[:8],
        "keywords": keywords,
        "excluded_cpv": ["45000000"] if pattern.division != "45" and rng.random() < 0.1 else [],
        "excluded_keywords": [rng.choice(others)] if others and rng.random() < 0.15 else [],
        "sni": [pattern.sni] if pattern.sni else [],
        "experience": _experience(rng, pattern),
        "area": _area(rng, pattern.wins),
        "size": pattern.size,
        "social": {"integration_purpose": {"answer": False}} if rng.random() < 0.3 else {},
        **_common(rng, pattern.size),
    }
    return {**_identity(rng, number, name), **supplier}


def _social(rng: Random, number: int, serial: int, names: Json, patterns: list[Pattern]) -> Json:
    trade, cpv, keywords = names["social"][number % len(names["social"])]
    kind = SOCIAL_KINDS[(number + number // 20) % len(SOCIAL_KINDS)]
    name = f"{rng.choice(names['stems'])} {trade} {rng.choice(names['social_forms'])}"
    supplier = {
        "cpv": cpv,
        "keywords": keywords,
        "excluded_cpv": [],
        "excluded_keywords": ["entreprenad"] if rng.random() < 0.2 else [],
        "sni": [],
        "experience": [],
        "area": _area(rng, rng.choice(patterns).wins),
        "size": "micro" if rng.random() < 0.8 else "small",
        "social": social_profile(rng, kind, number),
        **_common(rng, "micro"),
    }
    return {**_identity(rng, serial, name), **supplier}


def _identity(rng: Random, serial: int, name: str) -> Json:
    host = "".join(c for c in name.lower().translate(_ASCII) if c.isalnum() or c == " ")
    return {
        "name": name,
        "address": f"anbud@{'-'.join(host.split()[:2])}-{serial:03d}.example",
        "language": "en" if rng.random() < 0.2 else "sv",
    }


_ASCII = str.maketrans("åäöéü", "aaoeu")


def _experience(rng: Random, pattern: Pattern) -> list[Json]:
    if rng.random() < 0.4:
        return []
    return [{"cpv": win.cpv, "title": win.title} for win in pattern.wins[:5]]


def _area(rng: Random, wins: tuple[Win, ...]) -> Json:
    """A third work anywhere; others where they won, one in six of them nowhere else."""
    nuts = list(dict.fromkeys(win.nuts for win in wins if win.nuts))
    municipalities = list(dict.fromkeys(win.municipality for win in wins if win.municipality))
    if not nuts or rng.random() < 0.33:
        return {"municipalities": [], "nuts": [], "strict": False}
    local = municipalities if rng.random() < 0.3 else []
    return {
        "municipalities": local,
        "nuts": [] if local and rng.random() < 0.5 else nuts[:6],
        "strict": rng.random() < 0.17,
    }


def _common(rng: Random, size: str | None) -> Json:
    maximum = _BAND_MAXIMUM.get(size or "")
    certificates = [
        {"code": code, "valid_for_days": rng.choice([-200, -5, 20, 150, 400, 900])}
        for code in _CERTIFICATES
        if rng.random() < 0.2
    ]
    return {
        "threshold": rng.choice([45, 50, 55, 55, 60, 60, 65, 70]),
        "value_band": {
            "minimum": rng.choice([None, 50_000, 100_000]),
            "maximum": maximum if maximum and rng.random() < 0.7 else None,
        },
        "capacity": maximum if maximum and rng.random() < 0.5 else None,
        "certificates": certificates,
        "languages": ["sv", "en"] if rng.random() < 0.5 else ["sv"],
        "offers": {
            offer: rng.random() < 0.3
            for offer in ("jobs", "internships", "dialogue", "subcontract")
        },
    }


def render(suppliers: Iterator[Json]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(supplier, ensure_ascii=False) + "\n" for supplier in suppliers)


if __name__ == "__main__":
    FILE.write_text(render(generate(SEED, FOLDER)))
