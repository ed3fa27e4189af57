"""The notices that the tests read: all real ones, and those that must be refused."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "data" / "eforms"
ALL = sorted(DATA.glob("*/*.xml"))
UNKNOWN_SUBTYPE = "ContractNotice_cn-standard_2022-963627.xml"
REFUSED = [path for path in ALL if path.name.startswith("INVALID")] + [
    path for path in ALL if path.name == UNKNOWN_SUBTYPE
]
NOTICES = [path for path in ALL if path not in REFUSED]


def name(path: Path) -> str:
    """A short name for test reports."""
    return path.stem
