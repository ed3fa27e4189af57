"""Random tenders and suppliers that lie close to every rule's edge, and the shipped examples."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from deploy.local import feeder_inputs
from deploy.local.feeder_suppliers import FILE
from services.intake.domain import supplier_input, tender_input
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender

DIRECT = Path(__file__).parents[2] / "data" / "direct_procurements"
TENANT = "default"

_CPV = [
    "00000000", "45000000", "45200000", "45210000", "45212000", "45212100", "85000000", "85312000",
    "85312100", "85323000", "85324000", "80000000", "80590000", "80591000", "98133000", "98133110",
    "98133100", "90911200", "90910000", "90911000", "55520000", "75200000", "75231200", "92600000",
]  # fmt: skip
_WORDS = [
    "städning", "städningar", "skolor", "cleaning", "Måltid", "catering", "kaffe",
    "2024", "och", "trädgård", "grönytor", "Snöröjning", "school", "i", "é", "e\u0301lan",
    "socialvård", "painting", "målning", "  Målning ", "fika lunch",
]  # fmt: skip
_NUTS = ["SE", "SE2", "SE22", "SE224", "SE221", "SE110", "NO", "NO0", "NO081", "DE", "FI1C1"]
_MUNICIPALITIES = ["1283", "1281", "1280", "0180", "0680", "9999"]
_CERTIFICATES = ["ISO 9001", "iso-9001", "ISO14001", "silc"]


def shipped_suppliers(base: date) -> list[Supplier]:
    """The generated suppliers, as intake makes them."""
    return [
        supplier_input.to_supplier(
            supplier_input.parse(feeder_inputs.supplier(json.loads(line), base)),
            TENANT,
            f"s{number}",
            1,
        )
        for number, line in enumerate(FILE.read_text().splitlines())
    ]


def shipped_tenders(now: datetime) -> list[Tender]:
    """The direct procurements, as intake makes them."""
    bodies = [json.loads(path.read_text()) for path in sorted(DIRECT.glob("*.json"))]
    return [
        tender_input.to_notice(
            tender_input.parse(feeder_inputs.direct_procurement(body, now.date())), TENANT, now
        ).tender
        for body in bodies
    ]


def some(rng: Random, items: list[Any], most: int = 3) -> list[Any]:
    """None to `most` of the items, repeats allowed."""
    return [rng.choice(items) for _ in range(rng.randint(0, most))]


def texts(rng: Random) -> dict[str, str]:
    """A few words in a few languages."""
    return {lang: " ".join(some(rng, _WORDS, 4)) for lang in rng.sample(["sv", "en", "fi"], 2)}


def money(rng: Random) -> dict[str, Any] | None:
    if rng.random() < 0.4:
        return None
    amount = rng.choice([0, 50_000, 99_999.99, 100_000, 100_000.01, 500_000, 2_000_000])
    return {"amount": amount, "currency": rng.choice(["SEK", "SEK", "SEK", "EUR"])}


def random_tender(rng: Random, now: datetime) -> Tender:
    """A tender of any kind and status, with one to three lots."""
    kind = rng.choice(["competition"] * 4 + ["direct_procurement", "market_consultation", "plan"])
    open_status = "consultation" if kind == "market_consultation" else "open"
    status = rng.choice([open_status] * 6 + ["open", "closed", "suspended"])
    buyers = [{"name": "B", "municipality": rng.choice([None, *_MUNICIPALITIES])}]
    return Tender.model_validate(
        {
            "tender_id": "t",
            "tenant_id": rng.choice([TENANT] * 12 + ["other"]),
            "revision": 1,
            "status": status,
            "kind": kind,
            "source": {"system": "api"},
            "buyers": rng.choice([[], buyers]),
            "title": texts(rng),
            "description": texts(rng),
            "nuts": rng.choice([[], some(rng, _NUTS)]),
            "lots": [random_lot(rng, now, n, open_status) for n in range(rng.randint(1, 3))],
        }
    )


def random_lot(rng: Random, now: datetime, number: int, open_status: str) -> dict[str, Any]:
    """A lot whose deadline, codes and reservations are near the edges."""
    seconds = rng.choice([-86400, -1, 0, 1, 86400 * 3, 86400 * 40])
    reserved = rng.sample(["res-ws", "res-pub-ser", "se-19-25a"], rng.choice([0, 0, 1, 1, 2, 3]))
    place = rng.choice(["nuts", "municipalities", "countries", "none", "none"])
    return {
        "lot_id": f"LOT-{number}",
        "status": rng.choice([open_status] * 6 + ["open", "awarded", "consultation"]),
        "title": texts(rng),
        "description": texts(rng),
        "cpv_main": rng.choice([None, *_CPV]),
        "cpv_additional": some(rng, _CPV),
        "nuts": some(rng, _NUTS) if place == "nuts" else [],
        "municipalities": some(rng, _MUNICIPALITIES) if place == "municipalities" else [],
        "countries": some(rng, ["SWE", "NOR", "USA", "XKX", "ZZZ"]) if place == "countries" else [],
        "value": money(rng),
        "maximum_value": money(rng),
        "deadline": rng.choice([None, (now + timedelta(seconds=seconds)).isoformat()]),
        "reserved": reserved,
        "reserved_execution": rng.choice([None, "yes", "no", "not-known"]),
        "clauses": [{"code": c} for c in some(rng, ["se-employ", "se-intern", "se-dialogue"])],
        "certificates": some(rng, _CERTIFICATES, 2),
        "submission_languages": rng.choice([[], ["sv"], ["en", "de"]]),
    }


def random_supplier(rng: Random, now: datetime) -> Supplier:
    """A supplier with claims and dates around the limits."""
    names = [
        "integration_purpose", "profit_reinvested", "participation", "public_benefit",
        "no_public_control", "ideburen_registration",
    ]  # fmt: skip
    social: dict[str, Any] = {name: claim(rng, now) for name in names}
    social |= {name: share(rng, now) for name in ("integration_share", "sheltered_share")}
    return Supplier.model_validate(
        {
            "supplier_id": "s",
            "tenant_id": TENANT,
            "revision": 1,
            "status": rng.choice(["active"] * 10 + ["inactive"]),
            "threshold": rng.choice([0, 10, 35, 40.5, 60]),
            "cpv": some(rng, _CPV, 4),
            "keywords": some(rng, _WORDS, 6),
            "excluded_cpv": some(rng, _CPV, 1),
            "excluded_keywords": some(rng, _WORDS, 1) if rng.random() < 0.3 else [],
            "experience": [
                {"cpv": rng.choice([None, *_CPV]), "title": " ".join(some(rng, _WORDS))}
                for _ in range(rng.randint(0, 3))
            ],
            "area": {
                "municipalities": some(rng, _MUNICIPALITIES, 2),
                "nuts": some(rng, _NUTS, 2),
                "strict": rng.random() < 0.4,
            },
            "value_band": {
                "minimum": rng.choice([None, 100_000]),
                "maximum": rng.choice([None, 500_000]),
            },
            "capacity": rng.choice([None, 100_000, 1_000_000]),
            "certificates": [
                {"code": c, "valid_until": rng.choice([None, day(now, -1), day(now, 0)])}
                for c in some(rng, _CERTIFICATES)
            ],
            "languages": rng.choice([["sv"], ["sv", "en"], []]),
            "social": social,
            "offers": {name: rng.random() < 0.5 for name in ("jobs", "internships", "dialogue")},
        }
    )


def day(now: datetime, days: int) -> str:
    return (now.date() + timedelta(days=days)).isoformat()


def evidence(rng: Random, now: datetime) -> str | None:
    return rng.choice([None, *(day(now, -age) for age in (0, 100, 325, 364, 365, 366, 2000))])


def claim(rng: Random, now: datetime) -> dict[str, Any]:
    answer = rng.choice([None, True, True, True, False])
    return {"answer": answer, "evidence_date": evidence(rng, now)}


def share(rng: Random, now: datetime) -> dict[str, Any]:
    return {"percent": rng.choice([None, 0, 29.9, 30, 55]), "evidence_date": evidence(rng, now)}
