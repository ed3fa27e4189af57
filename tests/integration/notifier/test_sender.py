"""What the mail server answers, and what becomes of the mail."""

import asyncio
from pathlib import Path

import pytest

from deploy.local.inbox.smtp import Behaviour, Mode
from services.notifier.compose import Letter
from services.notifier.domain.states import MailState
from services.notifier.handover import Begun, HandOver
from tests.integration.kafka import until
from tests.integration.notifier.conftest import Post
from tests.integration.notifier.office import Hands, Office, StoreRecord, opened
from tests.integration.notifier.things import batch_of, contact, match, tender


async def _due(office: Office, mails: int = 1) -> None:
    """So many firms with one match each."""
    firms = [(f"r{n}", f"s{n}") for n in range(1, mails + 1)]
    await office.take(tender())
    await office.deliver([office.event(contact(*firm)) for firm in firms])
    await office.take(batch_of(*(match(supplier_id=firm) for _, firm in firms)))
    await office.plan()


async def _abandon(office: Office) -> None:
    """A hand-over that began, and whose connection broke before the server had the mail."""
    owner = office.session.owner
    assert owner is not None
    [mail] = await office.workers[0].lease(owner)
    letter = (await office.composer.compose(office.pool, [mail]))[mail.mail_id]
    assert isinstance(letter, Letter)
    assert await HandOver(office.pool, office.clock).begin(mail, letter.basis, owner) is Begun.YES


async def _mails(office: Office) -> list[tuple[object, ...]]:
    return await office.rows("SELECT state, attempt, smtp_code, reason FROM mail ORDER BY mail_id")


async def test_many_workers_of_two_processes_mail_each_firm_once(
    office: Office, post: Post, clock: Hands, record: StoreRecord
) -> None:
    await _due(office, 60)
    async with opened(
        post.dsn, post.inbox.smtp_port, clock, record, smtp_workers=3, smtp_batch=3
    ) as other:
        await asyncio.gather(office.send(), other.send())
    assert sorted(post.recipients) == sorted(f"r{n}@firma.example" for n in range(1, 61))
    assert len(set(post.message_ids)) == 60
    assert (await office.settled())["sent"] == 60


async def test_a_tender_mail_says_who_it_is_for_and_how_to_stop(office: Office, post: Post) -> None:
    await _due(office)
    await office.send()
    mail = post.inbox.store.message(post.inbox.store.all()[0])
    assert mail["X-Ombud-Ledger"] == "t1 match 0"
    assert mail["List-Unsubscribe"].startswith("<http://mail.example/sluta/")
    assert mail["List-Unsubscribe"].endswith(">")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == office.clock()
    assert mail["List-ID"] == "Ombud <ombud.ombud.example>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    [(sent_id,)] = await office.rows("SELECT message_id FROM mail")
    assert post.message_ids == [sent_id]


async def test_the_outcome_tells_when_the_mail_was_handed_over(office: Office, post: Post) -> None:
    await _due(office)
    await office.send()
    [note] = await office.told("notifications.v1")
    assert (note["outcome"], note["smtp_code"], note["purpose"]) == ("sent", 250, "match")
    assert note["handed_over_at"] is not None
    assert "firma.example" not in str(note)


async def test_a_temporary_refusal_is_tried_again_later(
    office: Office, post: Post, clock: Hands
) -> None:
    post.inbox.sink.behaviour = Behaviour(mode=Mode.REFUSE_RCPT, code=451, count=1)
    await _due(office)
    await office.send()
    assert await _mails(office) == [("queued", 1, None, "smtp_451")]
    clock.move(seconds=6)
    await office.send()
    assert post.recipients == ["r1@firma.example"]


async def test_a_refusal_of_the_content_is_tried_again_too(
    office: Office, post: Post, clock: Hands
) -> None:
    post.inbox.sink.behaviour = Behaviour(mode=Mode.REFUSE_DATA, code=452, count=1)
    await _due(office)
    await office.send()
    assert await office.ledger() == [("t1", "r1", "queued", None)]
    clock.move(seconds=6)
    await office.send()
    assert post.recipients == ["r1@firma.example"]


async def test_refusals_for_longer_than_we_try_end_as_bounced(
    office: Office, post: Post, clock: Hands
) -> None:
    post.inbox.sink.behaviour = Behaviour(mode=Mode.REFUSE_RCPT, code=451)
    await _due(office)
    await office.send()
    clock.move(hours=49)
    await office.send()
    assert await office.ledger() == [("t1", "r1", "bounced", "gave_up")]


@pytest.mark.parametrize("mode", [Mode.REFUSE_RCPT, Mode.REFUSE_DATA])
async def test_a_permanent_refusal_bounces_and_the_next_mail_goes(
    office: Office, post: Post, mode: Mode
) -> None:
    post.inbox.sink.behaviour = Behaviour(mode=mode, code=550, count=1)
    office.workers = office.workers[:1]
    await _due(office, 2)
    await office.send()
    assert len(post.recipients) == 1
    outcomes = sorted(n["outcome"] for n in await office.told("notifications.v1"))
    assert outcomes == ["bounced", "sent"]
    [bounced] = [n for n in await office.told("notifications.v1") if n["outcome"] == "bounced"]
    assert (bounced["smtp_code"], bounced["reason"]) == (550, "smtp_550")
    assert await office.settled() == {
        "tender_revision": 1, "sent": 1, "suppressed": 1, "unknown": 0, "queued": 0,
    }  # fmt: skip


async def test_a_mail_server_that_is_down_costs_only_time(
    office: Office, post: Post, clock: Hands, record: StoreRecord
) -> None:
    await _due(office)
    async with opened(post.dsn, 1, clock, record) as lost:
        await lost.send()
    assert [mail[:2] for mail in await _mails(office)] == [("queued", 0)]
    clock.move(seconds=2)
    await office.send()
    assert len(post.recipients) == 1


async def test_a_lost_250_is_found_in_the_servers_record(
    office: Office, post: Post, clock: Hands
) -> None:
    post.inbox.sink.behaviour = Behaviour(mode=Mode.DROP_ANSWER, count=1)
    await _due(office)
    await office.send()
    assert [mail[0] for mail in await _mails(office)] == ["handing_over"]
    await office.reconciler.turn()
    clock.move(hours=3)
    await office.reconciler.turn()
    await office.send()
    assert await office.ledger() == [("t1", "r1", "sent", None)]
    assert len(post.recipients) == 1


async def test_a_mail_that_the_record_lacks_is_sent_again_only_when_that_is_certain(
    post: Post, office: Office, clock: Hands, record: StoreRecord
) -> None:
    await _due(office)
    await _abandon(office)
    await office.reconciler.turn()
    clock.move(seconds=59)
    await office.reconciler.turn()
    await office.send()
    assert post.recipients == []
    clock.move(seconds=1)
    record.reachable = False
    await office.reconciler.turn()
    await office.send()
    assert post.recipients == []
    record.reachable = True
    await office.reconciler.turn()
    await office.send()
    assert post.recipients == ["r1@firma.example"]


async def test_without_a_record_an_uncertain_mail_is_left_to_the_operator(
    post: Post, clock: Hands
) -> None:
    async with opened(post.dsn, post.inbox.smtp_port, clock, None) as office:
        post.inbox.sink.behaviour = Behaviour(mode=Mode.DROP_ANSWER, count=1)
        await _due(office)
        await office.send()
        await office.reconciler.turn()
        clock.move(minutes=2)
        await office.reconciler.turn()
        await office.send()
        assert await office.ledger() == [("t1", "r1", "unknown", "connection_lost")]
        assert (await office.settled())["unknown"] == 1
        assert [n["outcome"] for n in await office.told("notifications.v1")] == ["unknown"]
    assert len(post.recipients) == 1


async def test_a_living_process_in_the_middle_of_data_is_left_alone(
    office: Office, post: Post, clock: Hands, record: StoreRecord
) -> None:
    """Even when another process thinks that it has taken far too long."""
    post.inbox.sink.behaviour = Behaviour(mode=Mode.SLOW, seconds=1.5, count=1)
    await _due(office)
    sending = asyncio.create_task(office.send())

    async def in_the_middle() -> bool:
        return [mail[0] for mail in await _mails(office)] == [MailState.HANDING_OVER]

    await until(in_the_middle)
    record.reachable = False
    async with opened(post.dsn, post.inbox.smtp_port, clock, None) as other:
        await other.reconciler.turn()
        clock.move(days=1)
        await other.reconciler.turn()
        await other.send()
        await office.reconciler.turn()
    await sending
    assert await office.ledger() == [("t1", "r1", "sent", None)]
    assert len(post.recipients) == 1


async def test_a_notifier_whose_session_broke_gets_another_and_goes_on(
    office: Office, post: Post
) -> None:
    first = office.session.owner
    await _due(office)
    await office.pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database "
        "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    )

    async def renewed() -> bool:
        return office.session.owner not in (None, first)

    await until(renewed)
    await office.send()
    assert len(post.recipients) == 1


async def test_leases_of_a_dead_process_are_free_at_once(
    office: Office, post: Post, clock: Hands, record: StoreRecord
) -> None:
    await _due(office)
    async with opened(post.dsn, post.inbox.smtp_port, clock, record) as dying:
        owner = dying.session.owner
        assert owner is not None
        await dying.workers[0].lease(owner)

    async def free() -> bool:
        await office.reconciler.turn()
        return await _mails(office) == [("queued", 0, None, None)]

    await until(free)
    await office.send()
    assert len(post.recipients) == 1


async def test_a_lease_that_was_taken_over_is_worth_nothing(
    office: Office, post: Post, clock: Hands, record: StoreRecord
) -> None:
    """A worker that slept past its lease wakes with RCPT done, and must not go on to DATA."""
    await _due(office)
    owner = office.session.owner
    assert owner is not None
    sleeper = office.workers[0]
    mails = await sleeper.lease(owner)
    composed = await office.composer.compose(office.pool, mails)
    clock.move(minutes=5)
    async with opened(post.dsn, post.inbox.smtp_port, clock, record) as other:
        await other.send()
    await sleeper.deliver(mails[0], composed[mails[0].mail_id], owner)
    assert len(post.recipients) == 1


@pytest.mark.parametrize("change", ["unsubscribe", "ahead", "newer"])
async def test_what_changes_after_rcpt_changes_the_mail(
    office: Office, post: Post, clock: Hands, change: str
) -> None:
    await _due(office)
    worker = office.workers[0]
    owner = office.session.owner
    assert owner is not None
    mails = await worker.lease(owner)
    composed = await office.composer.compose(office.pool, mails)
    match change:
        case "unsubscribe":
            await office.suppressions.unsubscribe("r1", clock())
        case "ahead":
            await office.take(tender(revision=2))
        case "newer":
            await office.take(tender(revision=2), match(tender_revision=2))
    await worker.deliver(mails[0], composed[mails[0].mail_id], owner)
    if change == "newer":
        assert "utgåva 2" in str(post.inbox.store.message(post.inbox.store.all()[0])["Subject"])
    else:
        assert post.recipients == []


@pytest.mark.parametrize("table", ["current_match", "tender"])
async def test_a_mail_that_cannot_be_made_is_kept_for_a_better_version(
    office: Office, post: Post, clock: Hands, table: str
) -> None:
    await _due(office)
    await office.pool.execute(f"UPDATE {table} SET body = '{{}}'")
    await office.send()
    assert await _mails(office) == [("queued", 1, None, "not_made")]
    await office.take(tender(revision=2), match(supplier_revision=2, tender_revision=2))
    clock.move(seconds=6)
    await office.send()
    assert len(post.recipients) == 1


def test_no_module_of_the_notifier_logs_an_address() -> None:
    """Errors of mail servers and of validation quote addresses: their text is never logged."""
    service = Path(__file__).parents[3] / "services" / "notifier"
    for module in service.glob("*.py"):
        assert "exc_info" not in module.read_text("utf-8"), module.name
