"""What holds in every world: missing evidence never refuses, and more never worsens."""

from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from services.matcher.scoring import LotExplanation
from shared.contracts.codes import Verdict
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from tests.unit.scoring.strategies import CERTIFICATE, CLAIMS, SHARES, suppliers, tenders
from tests.unit.scoring.world import NOW, explain

WORTH = {Verdict.NOT_ELIGIBLE: 0, Verdict.POSSIBLE: 1, Verdict.ELIGIBLE: 2}
YES = {"answer": True, "evidence_date": NOW.date()}
PLENTY = {"percent": 80, "evidence_date": NOW.date()}


def by_id(what: Tender, who: Supplier) -> dict[str, LotExplanation]:
    return {lot.lot_id: lot for lot in explain(what, who).lots}


def changed(who: Supplier, **fields: Any) -> Supplier:
    return Supplier.model_validate(who.model_dump() | fields)


@given(tenders(), suppliers())
def test_missing_evidence_is_never_a_refusal(what: Tender, who: Supplier) -> None:
    empty = changed(who, social={}, certificates=[], languages=[])
    for lot in explain(what, empty).lots:
        refusals = {str(gap.code) for gap in lot.why_not}
        assert not refusals & {"reserved", "cert", "cert_expired", "language"}


@given(tenders(), suppliers(), st.data())
def test_more_evidence_never_worsens_a_verdict_or_a_score(
    what: Tender, who: Supplier, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([*CLAIMS, *SHARES]))
    social = who.social.model_dump() | {name: PLENTY if name in SHARES else YES}
    before, after = by_id(what, who), by_id(what, changed(who, social=social))
    for lot_id, lot in after.items():
        assert WORTH[lot.verdict] >= WORTH[before[lot_id].verdict]
        assert lot.score >= before[lot_id].score


@given(tenders(), suppliers(), CERTIFICATE)
def test_one_more_certificate_or_language_never_worsens(
    what: Tender, who: Supplier, certificate: str
) -> None:
    more = changed(
        who,
        certificates=[*who.model_dump()["certificates"], {"code": certificate}],
        languages=[*who.languages, "de"],
    )
    before = by_id(what, who)
    for lot_id, lot in by_id(what, more).items():
        assert WORTH[lot.verdict] >= WORTH[before[lot_id].verdict]
        assert lot.score >= before[lot_id].score


@given(tenders(), suppliers(), st.randoms(use_true_random=False))
def test_order_of_lots_and_lists_does_not_matter(what: Tender, who: Supplier, random: Any) -> None:
    assert explain(shuffled(what, random), shuffled(who, random)) == explain(what, who)


def shuffled(thing: Any, random: Any) -> Any:
    """The same contract with each of its lists in another order, but that of buyers."""

    def mix(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: mix(inner) for key, inner in reversed(value.items())}
        if isinstance(value, list):
            mixed = [mix(inner) for inner in value]
            random.shuffle(mixed)
            return mixed
        return value

    return type(thing).model_validate(mix(thing.model_dump()))


@given(tenders(), suppliers())
def test_points_explain_the_score_and_each_gap_the_verdict(what: Tender, who: Supplier) -> None:
    for lot in explain(what, who).lots:
        total = sum(round(reason.points * 10) for reason in lot.reasons)
        assert lot.score == max(0, min(1000, total)) / 10
        if lot.verdict is not Verdict.NOT_ELIGIBLE:
            assert (lot.verdict is Verdict.POSSIBLE) == bool(lot.gaps)


@pytest.mark.parametrize("seen", ["match", "eligible", "possible", "not_eligible"])
def test_the_random_worlds_hold_all_kinds_of_pairs(seen: str) -> None:
    """So that the properties above are about something."""

    def holds(pair: tuple[Tender, Supplier]) -> bool:
        explained = explain(*pair)
        if seen == "match":
            return explained.match is not None
        return any(lot.verdict == seen and lot.score > 0 for lot in explained.lots)

    quick = settings(phases=[Phase.generate], max_examples=500)
    assert find(st.tuples(tenders(), suppliers()), holds, settings=quick)
