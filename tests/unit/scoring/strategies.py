"""Random worlds in which codes, words and places meet often, for property tests."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from shared.contracts.codes import ClauseCode, Reservation, ReservedExecution
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from tests.unit.scoring.world import NOW

CPV = st.sampled_from(
    [
        "90000000",
        "90900000",
        "90910000",
        "90911200",
        "90911300",
        "90919200",
        "45000000",
        "45210000",
        "45214200",
        "80000000",
        "80110000",
        "85300000",
        "85311000",
        "98133110",
        "00000000",
    ]
)
WORD = st.sampled_from(
    [
        "städning",
        "städar",
        "fönster",
        "fönsterputs",
        "skola",
        "skolor",
        "målning",
        "tak",
        "cleaning",
        "cleaned",
        "windows",
        "för",
        "upphandling",
        "2026",
        "vård",
        "omsorg",
        "Byggnation",
    ]
)
TEXT = st.lists(WORD, max_size=5).map(" ".join)
TEXTS = st.dictionaries(st.sampled_from(["sv", "en", "fr"]), TEXT, max_size=2)
NUTS = st.sampled_from(["SE", "SE2", "SE22", "SE224", "SE110", "DK", "DK011"])
MUNICIPALITY = st.sampled_from(["1283", "1281", "0180", "0001"])
DAY = st.integers(-800, 200).map(lambda days: NOW.date() + timedelta(days=days))
INSTANT = st.integers(-3, 40).map(lambda days: NOW + timedelta(days=days, hours=1))
CERTIFICATE = st.sampled_from(["ISO 9001", "iso9001", "ISO 14001", "silc"])
LANGUAGE = st.sampled_from(["sv", "en", "de"])
MONEY = st.none() | st.fixed_dictionaries(
    {"amount": st.integers(0, 30), "currency": st.sampled_from(["SEK", "SEK", "EUR"])}
)
CLAIM = st.fixed_dictionaries(
    {"answer": st.none() | st.booleans(), "evidence_date": st.none() | DAY}
)
SHARE = st.fixed_dictionaries(
    {"percent": st.none() | st.sampled_from([0, 29.9, 30, 80]), "evidence_date": st.none() | DAY}
)
SHARES = ("integration_share", "sheltered_share")
CLAIMS = (
    "integration_purpose",
    "profit_reinvested",
    "participation",
    "public_benefit",
    "no_public_control",
    "ideburen_registration",
)
SOCIAL = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(CLAIMS, CLAIM), **dict.fromkeys(SHARES, SHARE)}
)


def _some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most)


LOT = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["open"] * 12 + ["closed", "consultation"]),
        "title": TEXTS,
        "description": TEXTS,
        "cpv_main": st.none() | CPV,
        "cpv_additional": _some(CPV),
        "nuts": _some(NUTS, 2),
        "municipalities": _some(MUNICIPALITY, 2),
        "countries": _some(st.sampled_from(["SWE", "DNK", "ZZZ"]), 1),
        "value": MONEY,
        "maximum_value": MONEY,
        "deadline": st.none() | INSTANT,
        "reserved": st.one_of(st.just([]), _some(st.sampled_from(list(Reservation)))),
        "reserved_execution": st.none() | st.sampled_from(list(ReservedExecution)),
        "clauses": _some(st.sampled_from(list(ClauseCode)).map(lambda code: {"code": code})),
        "certificates": st.one_of(st.just([]), _some(CERTIFICATE)),
        "submission_languages": st.one_of(st.just([]), _some(LANGUAGE)),
    }
)


@st.composite
def tenders(draw: st.DrawFn) -> Tender:
    """A tender of up to three lots, open most of the time."""
    lots = [
        {**lot, "lot_id": f"L{number}"}
        for number, lot in enumerate(draw(st.lists(LOT, min_size=1, max_size=3)))
    ]
    kinds = ["competition"] * 8 + ["direct_procurement", "market_consultation", "award"]
    buyers = st.sampled_from([[], [{"name": "B", "municipality": "1283"}]])
    fields = {
        "kind": st.sampled_from(kinds),
        "status": st.sampled_from(["open"] * 12 + ["closed", "consultation"]),
        "title": TEXTS,
        "description": TEXTS,
        "nuts": _some(NUTS, 1),
        "buyers": buyers,
    }
    fixed = {"tender_id": "t", "tenant_id": "default", "revision": 1, "source": {"system": "api"}}
    return Tender.model_validate(fixed | {"lots": lots} | draw(st.fixed_dictionaries(fields)))


SUPPLIER_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "status": st.sampled_from(["active"] * 12 + ["inactive"]),
    "threshold": st.sampled_from([0, 0, 10, 25, 40, 65]),
    "cpv": _some(CPV),
    "keywords": _some(st.lists(WORD, min_size=1, max_size=2).map(" ".join), 4),
    "excluded_cpv": st.one_of(st.just([]), _some(CPV, 1)),
    "excluded_keywords": st.one_of(st.just([]), _some(WORD, 1)),
    "experience": _some(
        st.fixed_dictionaries({"cpv": st.none() | CPV, "title": TEXT}),
        2,
    ),
    "area": st.fixed_dictionaries(
        {
            "nuts": _some(NUTS, 2),
            "municipalities": _some(MUNICIPALITY, 2),
            "strict": st.sampled_from([False, False, True]),
        }
    ),
    "value_band": st.fixed_dictionaries(
        {"minimum": st.none() | st.integers(0, 9), "maximum": st.none() | st.integers(10, 30)}
    ),
    "capacity": st.none() | st.integers(0, 30),
    "certificates": _some(
        st.fixed_dictionaries({"code": CERTIFICATE, "valid_until": st.none() | DAY}), 2
    ),
    "languages": _some(LANGUAGE, 2),
    "social": SOCIAL,
    "offers": st.fixed_dictionaries(
        dict.fromkeys(("jobs", "internships", "dialogue"), st.booleans())
    ),
}


@st.composite
def suppliers(draw: st.DrawFn, supplier_id: str = "s") -> Supplier:
    """A supplier, from a nearly empty profile to a full one."""
    drawn = draw(st.fixed_dictionaries(SUPPLIER_FIELDS))
    fixed = {"supplier_id": supplier_id, "tenant_id": "default", "revision": 1}
    return Supplier.model_validate(fixed | drawn)
