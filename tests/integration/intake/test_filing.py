"""Which tender a notice joins, on a real database: at once, out of order, by reference."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from services.intake.commands import Commands
from services.intake.domain.identity import tender_id_of_notice
from services.intake.domain.notice import Notice
from services.intake.domain.refusal import Refused
from services.intake.notices import Receipt
from services.intake.store import Store
from shared.contracts.codes import TenderKind, TenderStatus
from shared.contracts.tender import Tender
from shared.links import Links
from tests.integration.intake.conftest import Hands
from tests.integration.intake.things import MONDAY, lot, notice

ONE, TWO = "LOT-0001", "LOT-0002"
PLAN = TenderKind.PLAN


class Desk:
    """Commands whose notices are made by the test: the bytes only name them."""

    def __init__(self, pool: asyncpg.Pool, links: Links, clock: Hands) -> None:
        self._notices: dict[bytes, Notice] = {}
        self.commands = Commands(Store(pool), lambda xml, _: self._notices[xml], links, clock)
        self.pool = pool

    async def send(self, *notices: Notice) -> list[Receipt]:
        """Send all at once."""
        self._notices |= {each.sha256.encode(): each for each in notices}
        return await asyncio.gather(
            *(self.commands.receive_notice("default", each.sha256.encode()) for each in notices)
        )

    async def state(self, tender_id: str) -> Tender:
        return await self.commands.tender("default", tender_id)

    async def published(self) -> list[tuple[str, int]]:
        """(tender, revision) in the order of the outbox."""
        rows = await self.pool.fetch("SELECT value FROM outbox ORDER BY ordinal")
        tenders = [Tender.model_validate_json(row["value"]) for row in rows]
        return [(tender.tender_id, tender.revision) for tender in tenders]


@pytest.fixture
def desk(pool: asyncpg.Pool, links: Links, clock: Hands) -> Desk:
    return Desk(pool, links, clock)


def later(days: int) -> timedelta:
    return timedelta(days=days)


async def test_notices_of_one_procedure_at_once_become_revisions_in_a_row(desk: Desk) -> None:
    changes = [
        notice(f"change-{n}", lot(), at=MONDAY + later(n), change_reason="cor-buy", title=f"{n}")
        for n in range(1, 8)
    ]
    receipts = await desk.send(notice("call", lot()), *changes)
    assert len({receipt.tender_id for receipt in receipts}) == 1
    published = await desk.published()
    numbers = [revision for _, revision in published]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (await desk.state(receipts[0].tender_id)).title == {"sv": "7"}


async def test_the_same_notice_many_times_at_once_is_taken_in_once(desk: Desk) -> None:
    receipts = await desk.send(*[notice("call", lot())] * 6)
    assert sorted(receipt.created for receipt in receipts) == [False] * 5 + [True]
    assert len(await desk.published()) == 1


async def test_a_late_older_notice_that_changes_nothing_makes_no_revision(desk: Desk) -> None:
    change = notice("change", lot(), at=MONDAY + later(2), change_reason="cor-buy")
    await desk.send(notice("call", lot()))
    (first,) = await desk.send(change)
    between = notice("between", lot(), at=MONDAY + later(1), change_reason="cor-buy", title="Glömd")
    (late,) = await desk.send(between)
    assert (late.created, late.changed, late.revision) == (True, False, first.revision)


async def test_a_late_older_result_makes_a_revision(desk: Desk) -> None:
    await desk.send(notice("change", lot(), at=MONDAY + later(5), change_reason="cor-buy"))
    (late,) = await desk.send(
        notice("result", lot(ONE, "selec-w"), kind=TenderKind.AWARD, at=MONDAY + later(3))
    )
    assert (late.changed, late.revision) == (True, 2)
    assert (await desk.state(late.tender_id)).status is TenderStatus.AWARDED


async def test_a_change_without_procedure_joins_the_notice_that_it_refers_to(desk: Desk) -> None:
    plan = notice("plan", lot(), kind=PLAN, procedure_id=None)
    change = notice(
        "plan-2",
        lot(),
        kind=PLAN,
        procedure_id=None,
        at=MONDAY + later(1),
        refers_to=("plan",),
        change_reason="cor-buy",
        title="Ny",
    )
    (first,) = await desk.send(plan)
    (second,) = await desk.send(change)
    assert (second.tender_id, second.revision) == (first.tender_id, 2)


async def test_a_change_that_comes_before_the_notice_it_refers_to_joins_it_too(desk: Desk) -> None:
    change = notice(
        "plan-2",
        lot(),
        kind=PLAN,
        procedure_id=None,
        at=MONDAY + later(1),
        refers_to=("plan",),
        change_reason="cor-buy",
        title="Ny",
    )
    (first,) = await desk.send(change)
    (late,) = await desk.send(notice("plan", lot(), kind=PLAN, procedure_id=None))
    assert late.tender_id == first.tender_id
    assert (await desk.state(late.tender_id)).title == {"sv": "Ny"}


async def test_a_tender_made_before_its_procedure_was_known_is_merged(desk: Desk) -> None:
    change = notice(
        "change",
        lot(),
        procedure_id=None,
        at=MONDAY + later(1),
        refers_to=("call",),
        change_reason="cor-buy",
        title="Ny",
    )
    (alone,) = await desk.send(change)
    assert alone.tender_id == tender_id_of_notice("default", "eforms", "call")
    (call,) = await desk.send(notice("call", lot()))
    assert call.tender_id != alone.tender_id
    assert (await desk.state(call.tender_id)).title == {"sv": "Ny"}
    left = await desk.state(alone.tender_id)
    assert (left.status, left.revision) == (TenderStatus.CLOSED, 2)


async def test_arriving_at_once_a_change_and_its_notice_end_in_one_tender(desk: Desk) -> None:
    change = notice(
        "change",
        lot(),
        procedure_id=None,
        at=MONDAY + later(1),
        refers_to=("call",),
        change_reason="cor-buy",
        title="Ny",
    )
    await desk.send(change, notice("call", lot()))
    homes = await desk.pool.fetch("SELECT DISTINCT tender_id FROM notice")
    assert len(homes) == 1
    assert (await desk.state(homes[0]["tender_id"])).title == {"sv": "Ny"}


async def test_a_refused_notice_leaves_nothing(desk: Desk) -> None:
    await desk.send(notice("call", lot(), version="02"))
    with pytest.raises(Refused) as refused:
        await desk.send(notice("call", lot(), version="01"))
    assert refused.value.code == "lower_version"
    assert await desk.pool.fetchval("SELECT count(*) FROM notice") == 1
