"""An address is confirmed once, by its own link, and stays confirmed as long as it is the same."""

from datetime import timedelta

import asyncpg
import pytest

from services.intake.commands import Commands
from services.intake.domain import supplier_input
from services.intake.domain.supplier_input import SupplierInput
from shared.contracts.events import MailRequest
from shared.contracts.supplier import Contact
from shared.links import Links
from tests.integration.intake.conftest import Hands
from tests.integration.intake.things import supplier_json


def profile(**fields: object) -> SupplierInput:
    return supplier_input.parse(supplier_json(**fields))


async def told(pool: asyncpg.Pool, topic: str) -> list[bytes]:
    rows = await pool.fetch("SELECT value FROM outbox WHERE topic = $1 ORDER BY ordinal", topic)
    return [row["value"] for row in rows]


async def contacts(pool: asyncpg.Pool) -> list[Contact]:
    return [Contact.model_validate_json(value) for value in await told(pool, "contacts.v1")]


async def token(pool: asyncpg.Pool, links: Links) -> str:
    """The token of the newest confirmation mail, as the notifier signs it."""
    request = MailRequest.model_validate_json((await told(pool, "mail-requests.v1"))[-1])
    return links.sign("confirm", {"r": request.recipient_id, "q": request.request_id})


async def test_a_confirmation_counts_once_and_pressing_again_is_harmless(
    commands: Commands, pool: asyncpg.Pool, links: Links, clock: Hands
) -> None:
    await commands.register_supplier("default", profile())
    link = await token(pool, links)
    clock.move(timedelta(minutes=5))
    assert await commands.confirm(link)
    assert await commands.confirm(link)
    before, after = await contacts(pool)
    assert before.consent is not None
    assert before.consent.confirmed_at is None
    assert after.consent is not None
    assert after.consent.confirmed_at == clock.now
    assert (before.revision, after.revision) == (1, 2)


@pytest.mark.parametrize("bad", ["", "x", "e30.aaaa.bbbb", "\ud800"])
async def test_a_forged_link_confirms_nothing(
    commands: Commands, pool: asyncpg.Pool, bad: str
) -> None:
    await commands.register_supplier("default", profile())
    assert not await commands.confirm(bad)
    assert len(await contacts(pool)) == 1


async def test_an_expired_link_confirms_nothing(
    commands: Commands, pool: asyncpg.Pool, links: Links, clock: Hands
) -> None:
    await commands.register_supplier("default", profile())
    link = await token(pool, links)
    clock.move(timedelta(days=8))
    assert not await commands.confirm(link)


async def test_a_new_address_must_be_confirmed_by_its_own_link(
    commands: Commands, pool: asyncpg.Pool, links: Links
) -> None:
    receipt = await commands.register_supplier("default", profile())
    old = await token(pool, links)
    other = profile(address="ny@exempelkoket.example")
    await commands.change_supplier("default", receipt.supplier_id, other)
    assert not await commands.confirm(old)
    assert await commands.confirm(await token(pool, links))
    last = (await contacts(pool))[-1]
    assert last.address == "ny@exempelkoket.example"
    assert last.consent is not None
    assert last.consent.confirmed_at


async def test_a_change_of_profile_keeps_the_confirmation_and_asks_no_more(
    commands: Commands, pool: asyncpg.Pool, links: Links
) -> None:
    receipt = await commands.register_supplier("default", profile())
    assert await commands.confirm(await token(pool, links))
    await commands.change_supplier("default", receipt.supplier_id, profile(threshold=10))
    assert len(await told(pool, "mail-requests.v1")) == 1
    assert len(await contacts(pool)) == 2
