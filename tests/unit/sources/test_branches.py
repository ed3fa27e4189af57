"""The branches of reading a notice, each on a real notice or on one changed in one place."""

from decimal import Decimal

import pytest

from services.intake.domain.notice import Notice, Reference
from services.intake.sources.eforms import read_notice
from services.intake.sources.errors import SourceError
from shared.codelists import KIND_OF_SUBTYPE, kind_of_subtype
from shared.contracts.codes import TenderStatus
from tests.unit.sources.change import notice

CN = "sdk/cn_23.xml"
MAXIMAL = "sdk/cn_24_maximal.xml"


def read(name: str, *changes: tuple[str, str]) -> Notice:
    return read_notice(notice(name, *changes))


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [*KIND_OF_SUBTYPE.items(), ("N4", "plan"), ("N16", "competition"), ("N29", "award")],
)
def test_every_subtype_has_a_kind(subtype: str, kind: str) -> None:
    read_as = read(CN, ('"notice-subtype">19<', f'"notice-subtype">{subtype}<'))
    assert read_as.kind == kind == read_as.tender.kind
    assert read_as.tender.source.subtype == subtype


@pytest.mark.parametrize("subtype", ["0", "41", "99", "E7", "N0", "N99", "X03", "16 "])
def test_an_unknown_subtype_has_no_kind(subtype: str) -> None:
    assert kind_of_subtype(subtype) is None


def test_parts_of_a_plan_are_read_as_lots() -> None:
    tender = read("sdk/pin-only_25.xml").tender
    assert [lot.lot_id for lot in tender.lots] == ["PAR-0001"]
    assert tender.status == tender.lots[0].status == TenderStatus.PLANNED


def test_groups_of_lots_are_not_lots() -> None:
    assert all(lot.lot_id.startswith("LOT") for lot in read(MAXIMAL).tender.lots)


def test_texts_are_kept_in_every_language_by_two_letters() -> None:
    title = read("sdk/cn_24_multilingual.xml").tender.title
    assert len(title) == 24
    assert {"sv", "el", "ga", "en"} <= title.keys()


def test_a_text_without_language_is_in_the_notices_own() -> None:
    tender = read(CN, (' languageID="FRA"', "")).tender
    assert tender.title.keys() == {"fr"}


def test_a_language_without_two_letters_keeps_three() -> None:
    assert read(CN, ('languageID="FRA"', 'languageID="SMA"')).tender.title.keys() == {"sma"}


def test_the_lead_of_a_group_of_buyers_comes_first() -> None:
    tender = read("ted/20-156049-001-EXP.xml").tender
    assert len(tender.buyers) == 4
    flipped = notice("ted/20-156049-001-EXP.xml").decode()
    first, *others = flipped.split("<efbc:GroupLeadIndicator>false<")
    second = "<efbc:GroupLeadIndicator>true<".join([first, others[0]])
    moved = "<efbc:GroupLeadIndicator>false<".join([second, *others[1:]])
    moved = moved.replace("<efbc:GroupLeadIndicator>true<", "<efbc:GroupLeadIndicator>false<", 1)
    assert read_notice(moved.encode()).tender.buyers[0] == tender.buyers[1]


def test_a_swedish_municipality_is_recognised_by_its_name() -> None:
    text = notice(CN).decode()
    name = text.split("<cac:PartyName>")[1].split("</cbc:Name>")[0].rsplit(">", 1)[1]
    for buyer, code in [("Helsingborgs stad, Inköp", "1283"), ("Region Skåne", None)]:
        swedish = text.replace(f">{name}<", f">{buyer}<", 1)
        swedish = swedish.replace('listName="country">', 'listName="country">SWE<!--', 1)
        swedish = swedish.replace("</cbc:IdentificationCode>", "--></cbc:IdentificationCode>", 1)
        assert read_notice(swedish.encode()).tender.buyers[0].municipality == code


def test_a_change_notice_refers_to_the_version_that_it_changes() -> None:
    change = read("sdk/change-cn_24_open_dates.xml")
    assert change.references[0] == Reference("c4c415ee-ac08-4465-8fa6-57568cf69462", "01")
    assert change.change_reason == change.tender.change_reason is not None


def test_an_identifier_of_the_official_journal_has_no_version() -> None:
    changed = ("f42be27e-09cf-4f0e-a745-63ec689631e6-01", "987654-2025")
    assert read("sdk/change-cn_24_void.xml", changed).references[0] == Reference("987654-2025")


@pytest.mark.parametrize(
    ("reason", "status"),
    [("cancel", "cancelled"), ("susp-review", "suspended"), ("cor-buy", "open")],
)
def test_the_change_reason_stops_the_procurement(reason: str, status: str) -> None:
    tender = read("sdk/change-cn_24_void.xml", (">cancel<", f">{reason}<")).tender
    assert {tender.status, *(lot.status for lot in tender.lots)} == {status}


@pytest.mark.parametrize(
    ("decision", "status"), [("selec-w", "awarded"), ("clos-nw", "closed"), ("open-nw", "open")]
)
def test_a_result_closes_the_lot_that_it_names(decision: str, status: str) -> None:
    lot = read("sdk/can_24_minimal.xml", (">selec-w<", f">{decision}<")).tender.lots[0]
    assert lot.status == status
    assert lot.result and lot.result.decision == decision


def test_a_lot_that_no_result_names_stays_open() -> None:
    tender = read(
        "sdk/can_24_minimal.xml",
        ('<cbc:ID schemeName="Lot">LOT-0000</cbc:ID>\n\t\t\t\t\t\t\t</efac:TenderLot>',
         '<cbc:ID schemeName="Lot">LOT-0009</cbc:ID></efac:TenderLot>'),
    ).tender  # fmt: skip
    assert tender.lots[0].status == TenderStatus.OPEN
    assert tender.lots[0].result is None


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(SourceError, match="BT-142"):
        read("sdk/can_24_minimal.xml", (">selec-w<", ">maybe<"))


def test_withheld_fields_are_empty_and_listed() -> None:
    tender = read("sdk/can_25_withheld.xml").tender
    lot = tender.lots[0]
    assert tender.procedure is None
    assert lot.result is None
    assert {"win-cho", "ten-ran", "awa-cri-num", "awa-cri-typ"} <= set(lot.withheld)
    assert all(c.type is None and c.weight is None for c in lot.award_criteria)


def test_the_first_date_by_which_a_supplier_must_act_is_the_deadline() -> None:
    lot = read("sdk/cn_81.xml").tender.lots[0]
    text = notice("sdk/cn_81.xml").decode()
    assert "ParticipationRequestReceptionPeriod" in text
    period = text.split("<cac:ParticipationRequestReceptionPeriod>")[1]
    assert lot.deadline
    assert period.split("<cbc:EndDate>")[1][:10] == lot.deadline.date().isoformat()


@pytest.mark.parametrize(
    ("date", "time", "deadline"),
    [
        ("2020-03-15+01:00", "<cbc:EndTime>10:30:00+01:00</cbc:EndTime>", "T10:30:00+01:00"),
        ("2020-03-15+01:00", "", "T23:59:59+01:00"),
        ("2020-03-15+01:00", "<cbc:EndTime>10:30:00Z</cbc:EndTime>", "T10:30:00+00:00"),
        ("2020-03-15+01:00", "<cbc:EndTime>10:30:00</cbc:EndTime>", "T10:30:00+01:00"),
        ("2020-03-15", "<cbc:EndTime>10:30:00</cbc:EndTime>", None),
    ],
)
def test_a_deadline_has_the_offset_of_the_notice(date: str, time: str, deadline: str) -> None:
    text = notice("sdk/cn_24_FRA_comments.xml").decode()
    head, rest = text.split("<cac:TenderSubmissionDeadlinePeriod>", 1)
    _, tail = rest.split("</cac:TenderSubmissionDeadlinePeriod>", 1)
    period = f"<cbc:EndDate>{date}</cbc:EndDate>{time}"
    opened, closed = "<cac:TenderSubmissionDeadlinePeriod>", "</cac:TenderSubmissionDeadlinePeriod>"
    read_deadline = read_notice((head + opened + period + closed + tail).encode()).tender.lots[0]
    found = read_deadline.deadline.isoformat() if read_deadline.deadline else None
    assert found == (f"2020-03-15{deadline}" if deadline else None)


def test_reservations_are_read_without_none_and_unknown_ones_are_errors() -> None:
    none = ('"reserved-procurement">none<', '"reserved-procurement">res-ws<')
    assert read("sdk/cn_24_FRA_comments.xml", none).tender.lots[0].reserved == ["res-ws"]
    assert read("sdk/cn_24_FRA_comments.xml").tender.lots[0].reserved == []
    with pytest.raises(SourceError, match="BT-71"):
        read("sdk/cn_24_FRA_comments.xml", (none[0], '"reserved-procurement">res-new<'))


def test_a_lot_inherits_neither_value_nor_place_from_the_procedure() -> None:
    text = notice("sdk/cn_81.xml").decode()
    procedure, lots = text.split("<cac:ProcurementProjectLot>", 1)
    assert "EstimatedOverallContractAmount" in procedure
    assert "EstimatedOverallContractAmount" not in lots
    assert all(lot.value is None for lot in read("sdk/cn_81.xml").tender.lots)


@pytest.mark.parametrize(
    ("amount", "expected"), [("-1", None), ("1e99", None), ("NaN", None), ("12.345", "12.34")]
)
def test_amounts_that_are_no_amounts_are_left_empty(amount: str, expected: str | None) -> None:
    value = read(MAXIMAL, (">9999999.99<", f">{amount}<")).tender.lots[0].value
    assert (value and value.amount) == (Decimal(expected) if expected else None)


def test_two_lots_of_one_identifier_are_an_error() -> None:
    with pytest.raises(SourceError, match="repeated_field"):
        read("sdk/cn_24_FRA_comments.xml", (">LOT-0002<", ">LOT-0001<"))


def test_identifiers_stand_as_in_the_notice() -> None:
    tender = read("ted/ContractNotice_cn-social_2022-396301.xml").tender
    assert (tender.source.notice_id, tender.source.notice_version) == ("2022-396301", "01")
    assert tender.procedure_id == "2022-396301"
    assert (tender.tenant_id, tender.revision) == ("default", 0)
