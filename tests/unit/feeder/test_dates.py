"""Old notices become current: whole procedures, by whole days."""

from datetime import date

from deploy.local.feeder_dates import (
    PLACEHOLDER_NOTICE,
    PLACEHOLDER_PROCEDURE,
    Notice,
    days_ago,
    moved,
    read_notice,
    shifts,
)

BASE = date(2026, 11, 24)


def notice(name: str, procedure: str, day: date) -> Notice:
    return Notice(name, b"", procedure, "01", day)


def test_every_date_moves_by_the_same_days_and_keeps_its_offset() -> None:
    xml = b"<a><b>2024-02-28</b><c>2024-02-28Z</c><d x='1'>\n 2024-03-01+01:00 </d></a>"
    assert moved(xml, 1) == (
        b"<a><b>2024-02-29</b><c>2024-02-29Z</c><d x='1'>\n 2024-03-02+01:00 </d></a>"
    )


def test_numbers_and_sentences_with_dates_stay_as_they_are() -> None:
    xml = b"<a id='2024-01-01'><b>see 2024-01-01</b><c>2024-01-01-7</c><d>2024-13-45</d></a>"
    assert moved(xml, 10) == xml


def test_the_latest_notice_of_a_procedure_ends_1_to_20_days_before_the_base_day() -> None:
    days = [days_ago(f"procedure {number}", 7) for number in range(500)]
    assert set(days) == set(range(1, 21))


def test_notices_of_one_procedure_move_together() -> None:
    early, late = date(2023, 1, 1), date(2023, 5, 1)
    moves = shifts([notice("a", "p", early), notice("b", "p", late)], BASE, 1)
    assert set(moves) == {"p"}
    assert (BASE - late).days - moves["p"] == days_ago("p", 1)


def test_placeholder_identifiers_become_the_files_own_and_stay_the_same() -> None:
    xml = (
        f"<n xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>"
        f"<cbc:ID>{PLACEHOLDER_NOTICE}</cbc:ID>"
        f"<cbc:ContractFolderID>{PLACEHOLDER_PROCEDURE}</cbc:ContractFolderID></n>"
    ).encode()
    one, other, again = (read_notice(name, xml) for name in ("ted/1.xml", "ted/2.xml", "ted/1.xml"))
    assert one.procedure != other.procedure
    assert one == again
    assert PLACEHOLDER_NOTICE.encode() not in one.xml


def test_what_is_not_xml_keeps_its_bytes() -> None:
    assert read_notice("broken.xml", b"\xff<").xml == b"\xff<"
