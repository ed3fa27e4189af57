"""Whatever the order of arrival, each due mail goes out once, and nothing else does."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from shared.contracts.codes import TenderStatus, Verdict
from shared.contracts.supplier import Contact
from shared.kafka import Batch
from tests.integration.notifier.conftest import Post
from tests.integration.notifier.office import Hands, Office
from tests.integration.notifier.things import (
    NOON,
    batch_of,
    contact,
    erased,
    match,
    request,
    tender,
)

ORDERS = list(permutations(("tender", "contact", "match")))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_every_order_of_arrival_gives_the_same_one_mail(
    office: Office, post: Post, order: tuple[str, ...]
) -> None:
    things = {"tender": tender(), "contact": contact(), "match": match()}
    for name in order[:2]:
        await office.take(things[name])
        await office.send()
    assert post.recipients == []

    await office.take(things[order[2]])
    await office.send()

    assert post.recipients == ["r1@firma.example"]
    assert await office.ledger() == [("t1", "r1", "sent", None)]
    assert await office.settled() == {
        "tender_revision": 1, "sent": 1, "suppressed": 0, "unknown": 0, "queued": 0,
    }  # fmt: skip


async def test_an_older_revision_changes_nothing(office: Office, post: Post) -> None:
    await office.take(tender(revision=3), contact(revision=2), match(tender_revision=3))
    await office.take(
        tender(revision=2, status=TenderStatus.CANCELLED),
        contact(revision=1, confirmed=False),
        match(tender_revision=2, verdict=Verdict.WITHDRAWN),
    )
    await office.send()
    assert await office.ledger() == [("t1", "r1", "sent", None)]
    assert "utgåva 3" in str(post.inbox.store.message(post.inbox.store.all()[0])["Subject"])


async def test_the_same_batch_again_changes_nothing(office: Office, post: Post) -> None:
    events = [office.event(body) for body in (tender(), contact(), match())]
    for _ in range(3):
        for event in events:
            await office.deliver([event])
        await office.send()
    assert len(post.recipients) == 1
    assert [note["outcome"] for note in await office.told("notifications.v1")] == ["sent"]


async def test_a_match_told_again_at_another_offset_is_not_mailed_again(
    office: Office, post: Post
) -> None:
    await office.take(tender(), contact(), match())
    await office.send()
    await office.take(match(), match(supplier_revision=2), tender(), contact())
    await office.send()
    assert len(post.recipients) == 1


async def test_revisions_of_one_batch_count_as_one_after_the_other(
    office: Office, post: Post
) -> None:
    await office.deliver([office.event(tender(revision=n)) for n in (2, 3, 1)])
    await office.deliver([office.event(contact(revision=n)) for n in (1, 2)])
    await office.deliver([office.event(batch_of(match(tender_revision=n))) for n in (1, 3, 2)])
    await office.send()
    assert "utgåva 3" in str(post.inbox.store.message(post.inbox.store.all()[0])["Subject"])


async def test_a_match_waits_for_its_tender_revision(office: Office, post: Post) -> None:
    await office.take(tender(revision=1), contact(), match(tender_revision=2))
    await office.send()
    assert post.recipients == []
    assert (await office.settled())["queued"] == 1
    await office.take(tender(revision=2))
    await office.send()
    assert len(post.recipients) == 1


async def test_a_tender_that_is_ahead_of_its_match_waits_for_the_newer_match(
    office: Office, post: Post
) -> None:
    await office.take(tender(), contact(), match())
    await office.plan()
    await office.take(tender(revision=2))
    await office.send()
    assert post.recipients == []
    await office.take(match(tender_revision=2))
    await office.send()
    assert len(post.recipients) == 1


async def test_a_withdrawn_match_is_not_mailed(office: Office, post: Post) -> None:
    await office.take(tender(), contact(), match())
    await office.plan()
    await office.take(match(supplier_revision=2, verdict=Verdict.WITHDRAWN))
    await office.send()
    assert post.recipients == []
    assert await office.ledger() == [("t1", "r1", "suppressed", "withdrawn")]
    assert [n["reason"] for n in await office.told("notifications.v1")] == ["withdrawn"]
    assert (await office.settled())["suppressed"] == 1


async def test_a_match_that_comes_back_is_mailed(office: Office, post: Post) -> None:
    await office.take(tender(), contact(), match())
    await office.plan()
    await office.take(match(supplier_revision=2, verdict=Verdict.WITHDRAWN))
    await office.send()
    await office.take(match(supplier_revision=3))
    await office.send()
    assert len(post.recipients) == 1
    assert await office.ledger() == [("t1", "r1", "sent", None)]


async def test_nothing_goes_to_an_address_until_it_is_confirmed(office: Office, post: Post) -> None:
    await office.take(tender(), contact(confirmed=False), match())
    await office.send()
    assert post.recipients == []
    assert (await office.settled())["suppressed"] == 1
    await office.take(contact(revision=2))
    await office.send()
    assert post.recipients == ["r1@firma.example"]
    assert (await office.settled())["sent"] == 1


async def test_every_recipient_of_a_firm_is_mailed(office: Office, post: Post) -> None:
    await office.take(tender(), contact("r1"), contact("r2"), match())
    await office.send()
    assert sorted(post.recipients) == ["r1@firma.example", "r2@firma.example"]
    assert (await office.settled())["sent"] == 1


async def test_an_erased_contact_is_forgotten_and_never_comes_back(
    office: Office, post: Post
) -> None:
    await office.take(tender(), contact(), match())
    await office.plan()
    await office.take(erased())
    await office.take(("r1", None))
    await office.take(contact(revision=20))
    await office.send()
    assert post.recipients == []
    assert await office.ledger() == [("t1", "r1", "suppressed", "erased")]
    assert await office.rows("SELECT body FROM contact") == [(None,)]


async def test_a_tender_that_was_removed_is_not_mailed_and_never_comes_back(
    office: Office, post: Post
) -> None:
    await office.take(tender(), contact(), match())
    await office.plan()
    gone = replace(office.event(tender()), body=None)
    await office.inbox.tenders(Batch("any", 0, 0, 1, (gone,)))
    await office.take(tender(revision=2), match(tender_revision=2))
    await office.send()
    assert post.recipients == []
    assert await office.ledger() == [("t1", "r1", "suppressed", "gone")]


async def test_a_topic_made_anew_may_use_offsets_again(office: Office, post: Post) -> None:
    await office.take(tender(), contact(), match())
    earlier = office.event(match())
    await office.deliver([earlier])
    later = replace(office.event(batch_of(match(supplier_id="s2"))), record=earlier.record)
    await office.deliver([later])
    await office.take(contact("r2", "s2"))
    await office.send()
    assert len(post.recipients) == 2


async def test_a_deadline_that_passed_while_waiting_is_said_and_not_mailed(
    office: Office, post: Post, clock: Hands
) -> None:
    await office.take(tender(), contact(), match())
    clock.move(days=30)
    await office.send()
    assert post.recipients == []
    assert await office.ledger() == [("t1", "r1", "suppressed", "deadline_passed")]


async def test_a_paused_recipient_is_mailed_after_the_pause(
    office: Office, post: Post, clock: Hands
) -> None:
    paused: Contact = contact().model_copy(update={"paused_until": NOON + timedelta(minutes=30)})
    await office.take(tender(), paused, match())
    await office.send()
    assert post.recipients == []
    clock.move(minutes=31)
    await office.send()
    assert len(post.recipients) == 1


async def test_unsubscribing_stops_what_is_queued_until_a_later_consent(
    office: Office, post: Post, clock: Hands
) -> None:
    await office.take(tender(), contact(), match())
    await office.plan()
    await office.suppressions.unsubscribe("r1", clock())
    await office.suppressions.unsubscribe("r1", clock())
    await office.take(contact(revision=2))
    await office.send()
    assert post.recipients == []
    assert await office.ledger() == [("t1", "r1", "suppressed", "unsubscribed")]
    assert [f["kind"] for f in await office.told("feedback.v1")] == ["unsubscribed"]

    anew = contact(revision=3)
    assert anew.consent
    later = anew.consent.model_copy(update={"given_at": clock() + timedelta(seconds=1)})
    await office.take(anew.model_copy(update={"consent": later}))
    await office.send()
    assert len(post.recipients) == 1


async def test_a_confirmation_is_mailed_once_for_each_request(office: Office, post: Post) -> None:
    await office.take(request())
    await office.send()
    assert post.recipients == []
    await office.take(contact(confirmed=False))
    await office.take(request())
    await office.send()
    assert post.recipients == ["r1@firma.example"]
    mail = post.inbox.store.message(post.inbox.store.all()[0])
    assert mail["X-Ombud-Request"] == "q1"
    assert mail["List-Unsubscribe"] is None
    text = mail.get_body(("plain",))
    assert text is not None
    assert "http://ombud.example/anslut/bekrafta/" in text.get_content()
    await office.take(request("q2"))
    await office.send()
    assert len(post.recipients) == 2


async def test_a_request_waits_for_the_address_that_it_is_about(office: Office, post: Post) -> None:
    await office.take(contact(confirmed=False, address="old@firma.example"))
    await office.take(request(contact_revision=2))
    await office.send()
    assert post.recipients == []
    await office.take(contact(revision=2, confirmed=False, address="new@firma.example"))
    await office.send()
    assert post.recipients == ["new@firma.example"]


async def test_a_request_that_has_expired_is_not_mailed(
    office: Office, post: Post, clock: Hands
) -> None:
    await office.take(request(), contact(confirmed=False))
    clock.move(days=8)
    await office.send()
    assert post.recipients == []
    assert await office.rows("SELECT state, reason FROM mail") == [("cancelled", "expired")]


async def test_confirmations_go_before_tender_mails(office: Office, post: Post) -> None:
    await office.take(tender(), contact("r1"), match())
    await office.plan()
    await office.take(contact("r2", "s2", confirmed=False), request("q2", "r2"))
    office.workers = office.workers[:1]
    await office.send()
    assert post.recipients == ["r2@firma.example", "r1@firma.example"]
