"""CSV tables and JSON files: good rows are read, bad ones are refused by row and column."""

from datetime import datetime

import pytest

from services.intake.domain.tender_input import TenderInput
from services.intake.sources.csv import read_csv
from services.intake.sources.errors import SourceError
from services.intake.sources.json import read_json

HEADING = (
    "buyer,buyer_org_no,buyer_sector,procurement_id,title,published,cpv,kind,procedure,"
    "contract_type,social,environmental,reserved,deadline,value"
)
ROW = "LUNDS KOMMUN,2120001132,Kommun,MT34,Städ,2021-07-01,90910000,,Öppet förfarande,,,,,,"


def rows(*lines: str) -> list[TenderInput | SourceError]:
    return [row.read for row in read_csv("\n".join([HEADING, *lines]).encode())]


def one(line: str) -> TenderInput:
    (read,) = rows(line)
    assert isinstance(read, TenderInput), read
    return read


def test_a_row_is_a_competition_with_one_lot() -> None:
    tender = one(ROW)
    assert tender.source.notice_id == "2120001132/MT34"
    assert tender.buyers[0].municipality == "1281"
    assert tender.procedure == "open"
    assert tender.published_at == datetime.fromisoformat("2021-07-01T00:00:00+02:00")
    assert tender.lots[0].title == {"sv": "Städ"}
    assert tender.lots[0].cpv_main == "90910000"
    assert tender.lots[0].deadline is None


def test_a_deadline_by_date_lasts_the_day_in_swedish_time() -> None:
    tender = one(ROW[:-1] + "2021-12-31,120 000")
    assert tender.lots[0].deadline == datetime.fromisoformat("2021-12-31T23:59:59+01:00")
    assert tender.lots[0].value and tender.lots[0].value.amount == 120_000


def test_a_reservation_asks_for_evidence_though_its_paragraph_is_not_named() -> None:
    lot = one(ROW[:-2] + "True,,").lots[0]
    assert lot.reserved == ["res-ws"]
    assert lot.reserved_execution == "not-known"


@pytest.mark.parametrize(
    ("line", "code", "where"),
    [
        (ROW.replace("90910000", "12345678"), "bad_value", "row 2, column cpv"),
        (ROW.replace("2021-07-01", "1 juli"), "bad_value", "row 2, column published"),
        (ROW.replace("Städ", ""), "missing_field", "row 2, column title"),
        (ROW + ",extra", "bad_csv", "row 2"),
        (ROW[:-2] + "maybe,,", "bad_value", "row 2, column reserved"),
        (ROW + "mycket", "bad_value", "row 2, column value"),
    ],
)
def test_a_bad_row_is_refused_by_row_and_column_and_the_next_is_read(
    line: str, code: str, where: str
) -> None:
    bad, good = rows(line, ROW)
    assert isinstance(bad, SourceError)
    assert (bad.code, bad.where) == (code, where)
    assert isinstance(good, TenderInput)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"buyer;title\n", "missing_field"), (b"\xff\xfe", "bad_encoding"), (b"", "missing_field")],
)
def test_a_table_that_is_none_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(read_csv(content))
    assert caught.value.code == code


@pytest.mark.parametrize("content", [b"{", b"[NaN]", b"[" * 100_000, b"\xff", b"9" * 6000])
def test_what_is_not_json_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_json(content)
    assert caught.value.code == "bad_json"


def test_a_bad_tender_in_a_list_is_refused_by_its_field() -> None:
    good = one(ROW).model_dump_json()
    read = read_json(f'[{good}, {{"title": 1}}]'.encode())
    assert isinstance(read[0], TenderInput)
    assert isinstance(read[1], SourceError)
    assert read[1].where.startswith("item 2")
