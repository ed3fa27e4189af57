"""Who may bid: one table entry a rule. The names of the rules are in `RULES`."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.matcher.scoring.eligibility import RULES
from shared.contracts.codes import ClauseCode
from tests.unit.scoring.world import DEADLINE, FRESH, NOW, OLD, codes, judged

YES = {"answer": True, "evidence_date": FRESH}
NO = {"answer": False, "evidence_date": FRESH}
UNDATED = {"answer": True}
STALE = {"answer": True, "evidence_date": OLD}
SERVICE = "85311000"


def share(percent: float | None, day: date | None = FRESH) -> dict[str, Any]:
    return {"percent": percent, "evidence_date": day}


WORKSHOP = {"integration_purpose": YES, "integration_share": share(30)}
PUBLIC = {"public_benefit": YES, "profit_reinvested": YES, "participation": YES}
IDEBUREN = {"public_benefit": YES, "profit_reinvested": YES, "no_public_control": YES}
REGISTERED = {"ideburen_registration": YES}
WS = {"reserved": ["res-ws"]}
PUB = {"reserved": ["res-pub-ser"], "cpv_main": SERVICE}
IDE = {"reserved": ["se-19-25a"], "cpv_main": SERVICE}
EXE = {"reserved_execution": "yes"}

RESERVED = [
    (WS, WORKSHOP, "eligible", []),
    (WS, {}, "possible", ["purpose", "share"]),
    (WS, WORKSHOP | {"integration_purpose": UNDATED}, "possible", ["purpose"]),
    (WS, WORKSHOP | {"integration_purpose": STALE}, "possible", ["old"]),
    (WS, WORKSHOP | {"integration_purpose": NO}, "not_eligible", ["reserved"]),
    (WS, WORKSHOP | {"integration_purpose": {"answer": False}}, "not_eligible", ["reserved"]),
    (WS, WORKSHOP | {"integration_share": share(29.9)}, "not_eligible", ["reserved"]),
    (WS, WORKSHOP | {"integration_share": share(29.9, None)}, "possible", ["share"]),
    (WS, WORKSHOP | {"integration_share": share(80, OLD)}, "possible", ["old"]),
    (WS, WORKSHOP | {"integration_share": share(10, OLD)}, "possible", ["old"]),
    (WS, WORKSHOP | {"integration_share": share(None)}, "possible", ["share"]),
    (EXE, {"sheltered_share": share(30)}, "eligible", []),
    (EXE, {"sheltered_share": share(30), "integration_purpose": NO}, "eligible", []),
    (EXE, {}, "possible", ["sheltered"]),
    (EXE, WORKSHOP, "possible", ["sheltered"]),
    (EXE, {"sheltered_share": share(29)}, "not_eligible", ["reserved"]),
    ({"reserved_execution": "no"}, {}, "eligible", []),
    ({"reserved_execution": "not-known"}, {}, "eligible", []),
    (WS | EXE, WORKSHOP | {"sheltered_share": share(50)}, "eligible", []),
    (WS | EXE, WORKSHOP, "possible", ["sheltered"]),
    (PUB, PUBLIC, "eligible", []),
    (PUB, {}, "possible", ["service_purpose", "profit", "participation"]),
    (PUB, PUBLIC | {"public_benefit": NO}, "possible", ["service_purpose"]),
    (PUB, PUBLIC | {"public_benefit": STALE}, "possible", ["old"]),
    (PUB, PUBLIC | {"profit_reinvested": NO}, "not_eligible", ["reserved"]),
    (PUB, PUBLIC | {"participation": STALE}, "possible", ["old"]),
    (PUB | {"cpv_main": "90910000"}, PUBLIC, "possible", ["scope"]),
    (PUB | {"cpv_main": "85323000"}, PUBLIC, "eligible", []),
    (PUB | {"cpv_main": "85324000"}, PUBLIC, "possible", ["scope"]),
    (PUB | {"cpv_main": "98133100"}, PUBLIC, "possible", ["scope"]),
    (IDE, IDEBUREN, "eligible", []),
    (IDE, {}, "possible", ["public_benefit", "profit", "no_public_control"]),
    (IDE, REGISTERED, "eligible", []),
    (IDE, REGISTERED | {"profit_reinvested": NO}, "not_eligible", ["reserved"]),
    (IDE, REGISTERED | {"profit_reinvested": STALE}, "eligible", []),
    (IDE, IDEBUREN | {"ideburen_registration": NO}, "eligible", []),
    (IDE, IDEBUREN | {"no_public_control": NO}, "not_eligible", ["reserved"]),
    (IDE | {"cpv_main": "80310000"}, IDEBUREN, "eligible", []),
    (IDE | {"cpv_main": "90910000"}, IDEBUREN, "possible", ["scope"]),
    (WS | {"reserved": ["res-ws", "res-pub-ser"]}, WORKSHOP, "eligible", []),
    (PUB | {"reserved": ["res-pub-ser", "res-ws"]}, PUBLIC, "eligible", []),
    (WS | {"reserved": ["res-ws", "se-19-25a"]}, {"integration_purpose": NO}, "possible", None),
]


@pytest.mark.parametrize(("lot", "social", "verdict", "found"), RESERVED)
def test_reservations(
    lot: dict[str, Any], social: dict[str, Any], verdict: str, found: list[str] | None
) -> None:
    explained = judged(lot, {"social": social, "cpv": [lot.get("cpv_main", "90910000")]})
    assert explained.verdict == verdict
    if found is not None:
        assert codes(explained.gaps or explained.why_not) == found
    assert ("reserved" in codes(explained.reasons)) == (
        verdict == "eligible" and lot.get("reserved_execution") not in ("no", "not-known")
    )


def test_evidence_is_old_one_day_after_a_year_at_the_deadline() -> None:
    for days, verdict in ((365, "eligible"), (366, "possible")):
        day = DEADLINE.date() - timedelta(days=days)
        claims = WORKSHOP | {"integration_purpose": {"answer": True, "evidence_date": day}}
        assert judged(WS, {"social": claims}).verdict == verdict


def test_evidence_is_judged_today_where_there_is_no_deadline() -> None:
    explained = judged(
        WS | {"deadline": None}, {"social": WORKSHOP | {"integration_share": share(40, OLD)}}
    )
    assert explained.verdict == "eligible"


def test_an_old_entry_is_named_with_its_date() -> None:
    gap = judged(WS, {"social": WORKSHOP | {"integration_purpose": STALE}}).gaps[0]
    assert gap.params == {"reservation": "res-ws", "what": "purpose", "date": OLD.isoformat()}


OTHER = [
    ({}, {}, {}, "eligible", []),
    ({}, {}, {"kind": "award"}, "not_eligible", ["kind"]),
    ({}, {}, {"kind": "plan", "status": "planned"}, "not_eligible", ["kind"]),
    ({}, {}, {"status": "cancelled"}, "not_eligible", ["status"]),
    ({"status": "awarded"}, {}, {}, "not_eligible", ["status"]),
    ({"deadline": NOW - timedelta(seconds=1)}, {}, {}, "not_eligible", ["late"]),
    ({"deadline": NOW}, {}, {}, "eligible", []),
    ({"deadline": None}, {}, {}, "eligible", []),
    ({"certificates": ["ISO 9001"]}, {}, {}, "possible", ["cert"]),
    ({"certificates": ["ISO 9001"]}, {"certificates": [{"code": "iso9001"}]}, {}, "eligible", []),
    (
        {"certificates": ["ISO 9001"]},
        {"certificates": [{"code": "ISO 9001", "valid_until": "2026-12-03"}]},
        {},
        "possible",
        ["cert_expired"],
    ),
    (
        {"certificates": ["ISO 9001"]},
        {"certificates": [{"code": "ISO 9001", "valid_until": "2026-12-04"}]},
        {},
        "eligible",
        [],
    ),
    ({"submission_languages": ["fr"]}, {}, {}, "possible", ["language"]),
    ({"submission_languages": ["fr", "sv"]}, {}, {}, "eligible", []),
    ({}, {"excluded_cpv": ["90900000"]}, {}, "not_eligible", ["excluded_cpv"]),
    ({}, {"excluded_cpv": ["90911000"]}, {}, "eligible", []),
    ({"cpv_additional": ["45000000"]}, {"excluded_cpv": ["45000000"]}, {}, "eligible", []),
    ({}, {"excluded_keywords": ["skolorna"]}, {}, "not_eligible", ["excluded"]),
    ({}, {"excluded_keywords": ["renhållning"]}, {}, "eligible", []),
]


@pytest.mark.parametrize(("lot", "supplier", "tender", "verdict", "found"), OTHER)
def test_other_rules(
    lot: dict[str, Any],
    supplier: dict[str, Any],
    tender: dict[str, Any],
    verdict: str,
    found: list[str],
) -> None:
    explained = judged(lot, supplier, **tender)
    assert explained.verdict == verdict
    assert codes(explained.gaps) + codes(explained.why_not) == found


@pytest.mark.parametrize("code", list(ClauseCode))
def test_contract_terms_never_exclude_and_ask_nothing(code: ClauseCode) -> None:
    explained = judged({"clauses": [{"code": code}]})
    assert (explained.verdict, explained.gaps) == ("eligible", ())


def test_a_consultation_is_an_invitation_without_a_bidding_verdict() -> None:
    lot = WS | {"status": "consultation", "certificates": ["ISO 9001"]}
    kind: dict[str, Any] = {"kind": "market_consultation", "status": "consultation"}
    explained = judged(lot, {"offers": {"dialogue": True}}, **kind)
    assert (explained.verdict, explained.gaps, explained.why_not) == ("eligible", (), ())
    assert codes(explained.reasons) == ["invitation", "cpv", "area", "dialogue"]
    excluded = judged(lot, {"excluded_cpv": ["90000000"]}, **kind)
    assert excluded.verdict == "not_eligible"


def test_each_rule_names_its_source() -> None:
    assert all(rule.source for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
