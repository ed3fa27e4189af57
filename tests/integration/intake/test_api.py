"""What the HTTP API takes in, what it refuses, and what it answers the second time."""

import asyncio
import json
from typing import Any

import pytest

from services.intake.keys import Scope
from services.intake.notices import MAX_TENDER_BYTES
from tests.integration.intake.conftest import Api
from tests.integration.intake.things import supplier_json, tender_json

TABLES = ("notice", "tender", "tender_revision", "supplier", "contact", "outbox")


async def stored(api: Api) -> dict[str, int]:
    return {table: await api.rows(table) for table in TABLES}


async def test_a_new_tender_is_201_the_same_again_200_and_one_event(api: Api) -> None:
    key = await api.key(Scope.PUBLISH)
    first = await api.client.post("/v1/tenders", json=tender_json(), headers=key)
    again = await api.client.post("/v1/tenders", json=tender_json(), headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["tender_id"] == again.json()["tender_id"]
    assert first.headers["location"] == f"/v1/tenders/{first.json()['tender_id']}"
    assert await api.rows("outbox") == 1


async def test_a_higher_version_makes_a_revision_and_a_lower_one_is_409(api: Api) -> None:
    key = await api.key(Scope.PUBLISH)

    def version(number: str, title: str) -> dict[str, Any]:
        source = {"notice_id": "2026-9", "notice_version": number}
        return tender_json(source=source, title={"sv": title})

    assert (
        await api.client.post("/v1/tenders", json=version("02", "B"), headers=key)
    ).status_code == 201
    higher = await api.client.post("/v1/tenders", json=version("10", "C"), headers=key)
    assert (higher.status_code, higher.json()["revision"]) == (201, 2)
    lower = await api.client.post("/v1/tenders", json=version("03", "A"), headers=key)
    assert (lower.status_code, lower.json()["code"]) == (409, "lower_version")
    other = await api.client.post("/v1/tenders", json=version("10", "D"), headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "same_version_other_bytes")
    assert other.json()["errors"][0]["field"] == "notice_version"
    assert await api.rows("outbox") == 2


async def test_what_was_sent_can_be_read_by_its_tenant_only(api: Api) -> None:
    key = await api.key(Scope.PUBLISH)
    sent = await api.client.post("/v1/tenders", json=tender_json(), headers=key)
    path = sent.headers["location"]
    read = await api.client.get(path, headers=await api.key(Scope.READ))
    assert read.json()["title"] == {"sv": "Catering till föreningsdag"}
    assert read.json()["lots"][0]["value"] == {"amount": 45000, "currency": "SEK"}
    strange = await api.client.get(path, headers=await api.key(Scope.READ, tenant="other"))
    nothing = await api.client.get("/v1/tenders/00000000-0000-4000-8000-000000000000", headers=key)
    assert strange.status_code == nothing.status_code == 404
    assert strange.json() == nothing.json()


async def test_an_idempotency_key_gives_the_first_answer_again(api: Api) -> None:
    headers = await api.key(Scope.PUBLISH) | {"Idempotency-Key": "order-1"}
    body = tender_json(source={})
    first, second = await asyncio.gather(
        *(api.client.post("/v1/tenders", json=body, headers=headers) for _ in range(2))
    )
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert await api.rows("notice") == 1
    other = await api.client.post(
        "/v1/tenders", json=body | {"title": {"sv": "Annat"}}, headers=headers
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_supplier_is_signed_up_changed_and_read(api: Api) -> None:
    key = await api.key(Scope.SUPPLIERS)
    made = await api.client.post("/v1/suppliers", json=supplier_json(), headers=key)
    assert (made.status_code, made.json()["revision"]) == (201, 1)
    assert await api.rows("outbox") == 3  # profile, contact, confirmation mail
    path = made.headers["location"]
    same = await api.client.put(path, json=supplier_json(), headers=key)
    assert (same.json()["revision"], same.json()["changed"]) == (1, False)
    assert await api.rows("outbox") == 3
    wider = await api.client.put(path, json=supplier_json(threshold=30), headers=key)
    assert (wider.json()["revision"], wider.json()["changed"]) == (2, True)
    assert await api.rows("outbox") == 4
    read = (await api.client.get(path, headers=key)).json()
    assert read["profile"]["threshold"] == 30
    assert read["contact"]["confirmed_at"] is None


async def test_no_topic_carries_the_name_or_the_organisation_number(api: Api) -> None:
    key = await api.key(Scope.SUPPLIERS)
    given = supplier_json(organisation_number="556677-8899")
    await api.client.post("/v1/suppliers", json=given, headers=key)
    for row in await api.pool.fetch("SELECT topic, key, value, headers::text FROM outbox"):
        text = row["value"].decode() + row["key"] + row["headers"]
        assert "Exempelköket" not in text
        assert "8899" not in text
        assert ("info@exempelkoket" in text) == (row["topic"] == "contacts.v1")


async def test_a_missing_key_is_401_a_wrong_scope_403_and_the_body_is_not_read(api: Api) -> None:
    for headers in ({}, {"Authorization": "Bearer ombud_00000000_" + "x" * 43}):
        refused = await api.client.post("/v1/tenders", content=b"{", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    reading = await api.key(Scope.READ)
    refused = await api.client.post("/v1/tenders", json=tender_json(), headers=reading)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def nested(depth: int) -> str:
    return '{"title":' + '{"sv":' * depth + "1" + "}" * depth + "}"


def with_field(name: str, raw: str) -> str:
    text = json.dumps(tender_json())
    return text[:-1] + f', "{name}": {raw}' + "}"


def in_lot(raw: str) -> str:
    text = json.dumps(tender_json(lots=["@"]))
    return text.replace('"@"', raw)


BAD_TENDERS: dict[str, tuple[str | bytes, str, str | None]] = {
    "not JSON": ("{", "bad_json", None),
    "not UTF-8": (b"\xff\xfe", "bad_encoding", None),
    "empty": (b"", "empty_body", None),
    "a number": ("1", "invalid", "(body)"),
    "deeply nested": (nested(200), "invalid", "title.sv"),
    "very deeply nested": (nested(100_000), "too_deep", None),
    "unknown field": (with_field("titel", '"x"'), "invalid", "titel"),
    "surrogate in a name": (with_field("\\ud800", '"x"'), "invalid", None),
    "NUL": (with_field("title", '{"sv": "a\\u0000b"}'), "invalid", "title.sv"),
    "half a surrogate": (with_field("title", '{"sv": "a\\ud800b"}'), "invalid", "title.sv"),
    "blank title": (with_field("title", '{"sv": " "}'), "invalid", "title"),
    "NaN": (in_lot('{"value": {"amount": NaN}}'), "invalid", "lots.0.value.amount"),
    "infinite": (in_lot('{"value": {"amount": 1e999}}'), "invalid", "lots.0.value.amount"),
    "5,000 digits": (in_lot('{"renewals": ' + "9" * 5000 + "}"), "invalid", "lots.0.renewals"),
    "digits as text": (with_field("title", '{"sv": ' + "9" * 5000 + "}"), "invalid", "title.sv"),
    "wrong CPV": (in_lot('{"cpv_main": "99999999"}'), "invalid", "lots.0.cpv_main"),
    "wrong municipality": (in_lot('{"municipalities": ["9999"]}'), "invalid", None),
    "no offset": (in_lot('{"deadline": "2026-12-01T10:00:00"}'), "invalid", "lots.0.deadline"),
    "seconds": (in_lot('{"deadline": 1764583200}'), "invalid", "lots.0.deadline"),
    "year 1": (in_lot('{"deadline": "0001-01-01T00:00:00+14:00"}'), "invalid", "lots.0.deadline"),
    "script link": (
        in_lot('{"documents_url": "javascript:alert(1)"}'),
        "invalid",
        "lots.0.documents_url",
    ),
    "inner unknown field": (
        in_lot('{"objectives": {"sozial": []}}'),
        "invalid",
        "lots.0.objectives.sozial",
    ),
    "same lot twice": (with_field("lots", "[{}, {}]"), "invalid", None),
    "wrong kind": (with_field("kind", '"award"'), "invalid", None),
}


@pytest.mark.parametrize("name", BAD_TENDERS)
async def test_bad_tenders_are_refused_with_a_code_and_leave_nothing(api: Api, name: str) -> None:
    body, code, where = BAD_TENDERS[name]
    key = await api.key(Scope.PUBLISH) | {"Content-Type": "application/json"}
    refused = await api.client.post("/v1/tenders", content=body, headers=key)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert (problem["code"], problem["status"]) == (code, 422)
    assert where is None or where in [error["field"] for error in problem["errors"]]
    assert "Traceback" not in refused.text
    assert not any((await stored(api)).values())


BAD_SUPPLIERS: dict[str, tuple[dict[str, Any], str]] = {
    "no digests yet": ({"frequency": "daily"}, "frequency"),
    "no consent": ({"consent": {"given": False}}, "consent.given"),
    "no address": ({"address": "nobody"}, "address"),
    "two addresses": ({"address": "a@b.example,c@d.example"}, "address"),
    "line end in address": ({"address": "a@b.example\r\nBcc: c@d.example"}, "address"),
    "bad number": ({"organisation_number": "12"}, "organisation_number"),
    "share over 100": (
        {"social": {"integration_share": {"percent": 101}}},
        "social.integration_share.percent",
    ),
    "wrong CPV": ({"cpv": ["12345678"]}, "cpv.0"),
    "unknown claim": ({"social": {"nice": {"answer": True}}}, "social.nice"),
    "NUL in the name": ({"name": "a\x00b"}, "name"),
}


@pytest.mark.parametrize("name", BAD_SUPPLIERS)
async def test_bad_suppliers_are_refused_with_the_field_named(api: Api, name: str) -> None:
    fields, where = BAD_SUPPLIERS[name]
    key = await api.key(Scope.SUPPLIERS)
    refused = await api.client.post("/v1/suppliers", json=supplier_json(**fields), headers=key)
    assert refused.status_code == 422
    assert where in [error["field"] for error in refused.json()["errors"]]
    assert not any((await stored(api)).values())


BAD_XML = {
    "not XML": b"hello",
    "truncated": b"<?xml version='1.0'?><ContractNotice",
    "DTD": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "another document": b"<html/>",
    "deeply nested": b"<a>" * 100_000 + b"</a>" * 100_000,
    "NUL": b"<a>\x00</a>",
}


@pytest.mark.parametrize("name", BAD_XML)
async def test_bad_notices_are_refused_with_a_code_and_leave_nothing(api: Api, name: str) -> None:
    key = await api.key(Scope.PUBLISH) | {"Content-Type": "application/xml"}
    refused = await api.client.post("/v1/notices", content=BAD_XML[name], headers=key)
    assert 400 <= refused.status_code < 500
    assert refused.json()["code"]
    assert not any((await stored(api)).values())


async def test_another_content_type_is_415(api: Api) -> None:
    key = await api.key(Scope.PUBLISH)
    for path in ("/v1/notices", "/v1/tenders"):
        refused = await api.client.post(path, content=b"a", headers=key)
        assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")


async def test_fifty_megabytes_are_refused_while_they_stream(api: Api) -> None:
    key = await api.key(Scope.PUBLISH) | {"Content-Type": "application/xml"}
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 50:
            sent += 1
            yield b" " * 1_048_576

    refused = await api.client.post("/v1/notices", content=endless(), headers=key)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def of_size(characters: int) -> dict[str, Any]:
    """A tender with texts of so many characters; none of them longer than a text may be."""
    texts = [characters // 40] * 39 + [characters - characters // 40 * 39]
    lots = [
        {"lot_id": f"LOT-{number:04}", "description": {"sv": "a" * length}}
        for number, length in enumerate(texts)
    ]
    return tender_json(lots=lots)


async def test_four_mebibytes_are_the_limit_of_a_serialized_tender(api: Api) -> None:
    key = await api.key(Scope.PUBLISH)
    probe = await api.client.post("/v1/tenders", json=of_size(1000), headers=key)
    size = await api.pool.fetchval("SELECT max(length(value)) FROM outbox")
    assert probe.status_code == 201
    most = 1000 + MAX_TENDER_BYTES - size

    def numbered(notice_id: str, characters: int) -> dict[str, Any]:
        return of_size(characters) | {"source": {"notice_id": notice_id}}

    over = await api.client.post("/v1/tenders", json=numbered("2026-118", most + 1), headers=key)
    assert (over.status_code, over.json()["code"]) == (413, "tender_too_large")
    assert await api.rows("notice") == 1
    under = await api.client.post("/v1/tenders", json=numbered("2026-119", most), headers=key)
    assert under.status_code == 201
    assert await api.pool.fetchval("SELECT max(length(value)) FROM outbox") == MAX_TENDER_BYTES


async def test_strange_ids_are_4xx(api: Api) -> None:
    key = await api.key(Scope.PUBLISH, Scope.SUPPLIERS)
    for path in ("/v1/tenders/%00", "/v1/suppliers/x", "/v1/nothing"):
        refused = await api.client.get(path, headers=key)
        assert refused.status_code in (404, 422)
        assert refused.headers["content-type"] == "application/problem+json"
    assert (await api.client.delete("/v1/tenders", headers=key)).status_code == 405
