"""Derives `win_patterns.csv` from the open award data (run by hand when the sample is to change).

    python data/suppliers/derive_patterns.py AWARDS.csv.gz MUNICIPALITIES.csv COUNTIES_NUTS3.csv

A pattern is what one real firm won: CPV codes, titles, size and trade (SNI), and where its
buyers are. Who the firm is stays out; the generator invents names. Sources are CC0, see
LICENCES.md.
"""

import csv
import gzip
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

PATTERNS = 320
WINS_PER_PATTERN = 8
LEAST_WINS, MOST_WINS = 3, 30
SIZES = {
    "Mikroföretag": "micro",
    "Små företag": "small",
    "Medelstora företag": "medium",
    "Stora företag": "large",
}
FIELDS = ["pattern", "size", "sni", "cpv", "title", "municipality", "nuts"]


def order(text: str) -> str:
    """A fixed order that has nothing to do with the alphabet."""
    return hashlib.sha256(text.encode()).hexdigest()


def places(municipalities: Path, counties: Path) -> dict[str, tuple[str, str]]:
    """Buyer name in capitals -> (municipality code, NUTS 3 region)."""
    with counties.open(newline="") as file:
        nuts = {
            row["county_code"]: (row["county_name_short"], row["nuts3"])
            for row in csv.DictReader(file)
        }
    found = {f"REGION {name.upper()}": ("", region) for name, region in nuts.values()}
    with municipalities.open(newline="") as file:
        for row in csv.DictReader(file):
            name = row["municipality_name"].upper()
            found[name] = (row["municipality_code"], nuts[row["county_code"]][1])
    return found


def distinct(wins: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """One row a procurement."""
    return list({(w["buyer_org_no"], w["procurement_id"]): w for w in wins}.values())


def main(awards: Path, municipalities: Path, counties: Path) -> None:
    """Write `win_patterns.csv` beside this file, from an awards table and two of places."""
    where = places(municipalities, counties)
    won: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(awards, "rt", newline="") as file:
        for row in csv.DictReader(file):
            won[row["supplier"]].append(row)
    firms = {name: distinct(wins) for name, wins in won.items()}
    chosen = sorted((n for n, w in firms.items() if LEAST_WINS <= len(w) <= MOST_WINS), key=order)
    target = Path(__file__).with_name("win_patterns.csv")
    with target.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        for number, name in enumerate(chosen[:PATTERNS], start=1):
            wins = sorted(firms[name], key=lambda w: order(w["procurement_id"]))
            for win in wins[:WINS_PER_PATTERN]:
                place = where.get(win["buyer"], ("", ""))
                # Five digits; spreadsheets drop the first zero.
                sni = win["supplier_sni"].strip()
                sni = sni.zfill(5) if sni.isdecimal() else ""
                size = SIZES.get(win["supplier_size"], "")
                writer.writerow(
                    [
                        number,
                        size,
                        sni,
                        win["cpv"],
                        " ".join(win["title"].split()),
                        *place,
                    ]
                )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
