"""What changed while a hand-over was under way counts when the mail is offered again."""

from datetime import timedelta

import pytest

from services.notifier.compose import Letter
from services.notifier.handover import Begun, HandOver
from shared.contracts.codes import Verdict
from tests.integration.notifier.conftest import Post
from tests.integration.notifier.office import Hands, Office
from tests.integration.notifier.things import contact, match, tender


@pytest.fixture
async def interrupted(office: Office) -> Office:
    """One mail whose hand-over has begun, and whose connection broke before the server had it."""
    await office.take(tender(), contact(), match())
    await office.plan()
    owner = office.session.owner
    assert owner is not None
    [mail] = await office.workers[0].lease(owner)
    letter = (await office.composer.compose(office.pool, [mail]))[mail.mail_id]
    assert isinstance(letter, Letter)
    assert await HandOver(office.pool, office.clock).begin(mail, letter.basis, owner) is Begun.YES
    return office


async def _resume(office: Office, clock: Hands) -> None:
    await office.reconciler.turn()
    clock.move(seconds=61)
    await office.reconciler.turn()
    await office.send()


async def test_a_tender_that_was_revised_meanwhile_is_mailed_as_it_is_now(
    interrupted: Office, post: Post, clock: Hands
) -> None:
    await interrupted.take(tender(revision=2), match(tender_revision=2))
    await _resume(interrupted, clock)
    [entry] = post.inbox.store.all()
    assert "utgåva 2" in post.inbox.store.message(entry)["Subject"]
    assert await interrupted.ledger() == [("t1", "r1", "sent", None)]


@pytest.mark.parametrize("revisions", [(1, 2), (2, 1)], ids=["supplier", "tender"])
async def test_a_match_that_was_withdrawn_meanwhile_is_not_mailed(
    interrupted: Office, post: Post, clock: Hands, revisions: tuple[int, int]
) -> None:
    of_tender, of_supplier = revisions
    await interrupted.take(
        tender(revision=of_tender), match("t1", "s1", of_tender, of_supplier, Verdict.WITHDRAWN)
    )
    await _resume(interrupted, clock)
    assert post.message_ids == []
    assert await interrupted.ledger() == [("t1", "r1", "suppressed", "withdrawn")]
    assert (await interrupted.settled())["queued"] == 0


async def test_who_unsubscribed_meanwhile_is_not_mailed(
    interrupted: Office, post: Post, clock: Hands
) -> None:
    await interrupted.suppressions.unsubscribe("r1", clock() + timedelta(seconds=1))
    await _resume(interrupted, clock)
    assert post.message_ids == []
    assert await interrupted.ledger() == [("t1", "r1", "suppressed", "unsubscribed")]
