"""Nearness of CPV codes."""

import pytest

from tests.unit.scoring.world import judged, points


@pytest.mark.parametrize(
    ("tender_code", "own_code", "reason", "tenths"),
    [
        ("90911200", "90911200", "cpv", 50),
        ("90911200", "90910000", "cpv", 50),
        ("90911200", "90900000", "cpv", 45),
        ("90911200", "90000000", "cpv", 35),
        ("90910000", "90911200", "near", 40),
        ("90900000", "90911200", "near", 30),
        ("90000000", "90911200", "near", 20),
        ("90911200", "90919200", "near", 34),
        ("90911200", "90920000", "near", 24),
        ("90911200", "90500000", "near", 12),
        ("80000000", "80100000", "near", 20),
    ],
)
def test_points_fall_with_the_distance_in_the_tree(
    tender_code: str, own_code: str, reason: str, tenths: float
) -> None:
    explained = judged({"cpv_main": tender_code, "title": {}}, {"cpv": [own_code]})
    assert points(explained)[reason] == tenths
    shown = next(found for found in explained.reasons if found.code == reason)
    assert shown.params == {"code": own_code, "tender_code": tender_code}


def test_an_additional_code_counts_less_than_the_main_one() -> None:
    explained = judged({"cpv_main": "45000000", "cpv_additional": ["90910000"]})
    assert points(explained)["cpv"] == 40


def test_additional_codes_are_main_where_there_is_no_main_code() -> None:
    explained = judged({"cpv_main": "00000000", "cpv_additional": ["90910000"]})
    assert points(explained)["cpv"] == 50


def test_a_code_of_an_earlier_win_counts_less_and_says_so() -> None:
    won = {"cpv": [], "experience": [{"cpv": "90910000", "title": ""}]}
    assert points(judged(None, won))["experience"] == 35


def test_the_best_pair_of_codes_is_taken() -> None:
    explained = judged({"cpv_additional": ["45000000"]}, {"cpv": ["90500000", "45000000"]})
    assert points(explained)["cpv"] == 28


def test_codes_of_different_divisions_are_not_near() -> None:
    explained = judged({"title": {}}, {"cpv": ["45000000"]})
    assert explained.score == 0
    assert not explained.reasons


def test_codes_that_say_nothing_do_not_meet() -> None:
    explained = judged({"cpv_main": "00000000", "title": {}}, {"cpv": ["00000000"]})
    assert not explained.reasons
