"""Area: where the lot is, where the supplier works."""

from typing import Any

import pytest

from tests.unit.scoring.world import codes, judged, points

NOWHERE: dict[str, Any] = {"municipalities": [], "nuts": []}


def _area(lot: dict[str, Any], area: dict[str, Any], **tender: Any) -> dict[str, float]:
    found = points(judged(NOWHERE | lot, {"area": area}, **tender))
    return {code: worth for code, worth in found.items() if code.startswith(("area", "abroad"))}


@pytest.mark.parametrize(
    ("lot", "area", "expected"),
    [
        ({"municipalities": ["1283"]}, {}, {"area": 15}),
        ({"municipalities": ["1283"]}, {"municipalities": ["1283"]}, {"area": 15}),
        ({"municipalities": ["1283"]}, {"nuts": ["SE224"]}, {"area": 15}),
        ({"municipalities": ["1283"]}, {"nuts": ["SE2"]}, {"area": 15}),
        ({"nuts": ["SE224"]}, {"municipalities": ["1283"]}, {"area": 15}),
        ({"nuts": ["SE22"]}, {"municipalities": ["1283"]}, {"area": 7.5}),
        ({"countries": ["SWE"]}, {"municipalities": ["1283"]}, {"area": 7.5}),
        ({"municipalities": ["1281"]}, {"municipalities": ["1283"]}, {"area_near": 5}),
        ({"municipalities": ["0180"]}, {"municipalities": ["1283"]}, {}),
        ({"nuts": ["SE110"]}, {"nuts": ["SE224"]}, {}),
        ({"nuts": ["DK011"]}, {}, {"abroad": -20}),
        ({"countries": ["DNK"]}, {"nuts": ["DK"]}, {"area": 15}),
        ({"countries": ["XXX"]}, {}, {"abroad": -20}),
        ({"nuts": ["SE110", "SE224"]}, {"nuts": ["SE224"]}, {"area": 15}),
        ({}, {}, {"area_unknown": 5}),
    ],
)
def test_points_follow_the_relation_of_places(
    lot: dict[str, Any], area: dict[str, Any], expected: dict[str, float]
) -> None:
    assert _area(lot, area) == expected


def test_the_tenders_place_counts_where_the_lot_has_none() -> None:
    assert _area({}, {"nuts": ["SE224"]}, nuts=["SE224"]) == {"area": 15}
    assert _area({"nuts": ["SE110"]}, {"nuts": ["SE224"]}, nuts=["SE224"]) == {}


def test_the_buyers_place_is_a_weaker_hint() -> None:
    buyers = [{"name": "Helsingborgs stad", "municipality": "1283"}]
    assert _area({}, {"nuts": ["SE224"]}, buyers=buyers) == {"area_buyer": 9}
    assert _area({}, {"nuts": ["SE110"]}, buyers=buyers) == {}


@pytest.mark.parametrize(
    ("lot", "verdict", "why"),
    [
        ({"municipalities": ["1283"]}, "eligible", []),
        ({"nuts": ["SE224"]}, "eligible", []),
        ({"municipalities": ["1281"]}, "not_eligible", ["area"]),
        ({"nuts": ["DK011"]}, "not_eligible", ["area"]),
        ({"nuts": ["SE2"]}, "possible", ["place"]),
        ({}, "possible", ["place"]),
    ],
)
def test_a_strict_area_refuses_only_what_is_known_to_lie_outside(
    lot: dict[str, Any], verdict: str, why: list[str]
) -> None:
    area = {"municipalities": ["1283"], "strict": True}
    explained = judged(NOWHERE | lot, {"area": area, "threshold": 0})
    assert explained.verdict == verdict
    assert codes(explained.gaps) + codes(explained.why_not) == why


def test_a_strict_area_never_refuses_by_the_buyers_place() -> None:
    area = {"municipalities": ["1283"], "strict": True}
    buyers = [{"name": "Stockholms stad", "municipality": "0180"}]
    explained = judged(NOWHERE, {"area": area}, buyers=buyers)
    assert (explained.verdict, codes(explained.gaps)) == ("possible", ["place"])
