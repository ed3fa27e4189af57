"""What decides whether a mail goes, and what it is."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.notifier.domain.planning import (
    Decision,
    Drop,
    Go,
    Later,
    LedgerKey,
    decide,
    decide_request,
    freeze,
    mail_id_of,
    message_id_of,
)
from services.notifier.domain.states import Why
from shared.contracts.codes import Purpose, TenderKind, TenderStatus
from shared.contracts.tender import Buyer
from tests.integration.notifier.things import NOON, contact, match, request, tender

KEY = LedgerKey("t1", "r1", Purpose.MATCH, "0")
OTHER = LedgerKey("t2", "r1", Purpose.MATCH, "0")


def test_each_row_travels_alone_and_always_in_the_same_mail() -> None:
    first, second = freeze([KEY, OTHER])
    assert first.keys == (KEY,)
    assert second.keys == (OTHER,)
    assert first.mail_id != second.mail_id
    assert freeze([OTHER, KEY])[1].mail_id == first.mail_id


def test_a_mails_id_does_not_depend_on_the_order_of_its_rows() -> None:
    assert mail_id_of([KEY, OTHER]) == mail_id_of([OTHER, KEY])
    assert mail_id_of([KEY, OTHER]) != mail_id_of([KEY])


def test_the_message_id_follows_from_the_mail() -> None:
    mail_id = UUID(int=7)
    assert message_id_of(mail_id, "ombud.example") == message_id_of(mail_id, "ombud.example")
    assert message_id_of(mail_id, "ombud.example").endswith("@ombud.example>")


def test_an_open_tender_goes() -> None:
    assert decide(tender(), match(), contact(), NOON) == Go()


@pytest.mark.parametrize(
    "status", [TenderStatus.CANCELLED, TenderStatus.CLOSED, TenderStatus.PLANNED]
)
def test_what_is_not_open_is_dropped(status: TenderStatus) -> None:
    assert decide(tender(status=status), match(), contact(), NOON) == Drop(Why.NOT_OPEN)


@pytest.mark.parametrize(
    ("late_s", "decision"), [(0, Go()), (1, Drop(Why.DEADLINE_PASSED))], ids=["at", "after"]
)
def test_a_lot_is_open_until_the_very_instant_of_its_deadline(
    late_s: float, decision: Decision
) -> None:
    deadline = tender().lots[0].deadline
    assert deadline
    now = deadline + timedelta(seconds=late_s)
    assert decide(tender(), match(), contact(), now) == decision


def test_a_lot_without_a_deadline_stays_open() -> None:
    lots = [tender().lots[0].model_copy(update={"deadline": None})]
    later = NOON + timedelta(days=400)
    assert decide(tender(lots=lots), match(), contact(), later) == Go()


def test_muted_buyers_and_kinds_are_dropped() -> None:
    of_buyer = tender(buyers=[Buyer(id="212000-1157", name="Helsingborgs stad")])
    reader = contact().model_copy(update={"muted_buyers": ["212000-1157"]})
    assert decide(of_buyer, match(), reader, NOON) == Drop(Why.MUTED)
    reader = contact().model_copy(update={"muted_kinds": [TenderKind.DIRECT_PROCUREMENT]})
    assert decide(tender(), match(), reader, NOON) == Drop(Why.MUTED)


def test_a_pause_is_waited_out_and_looked_at_every_hour() -> None:
    soon, far = NOON + timedelta(minutes=5), NOON + timedelta(days=9)
    reader = contact().model_copy(update={"paused_until": soon})
    assert decide(tender(), match(), reader, NOON) == Later(soon)
    reader = contact().model_copy(update={"paused_until": far})
    assert decide(tender(), match(), reader, NOON) == Later(NOON + timedelta(hours=1))


def test_a_request_goes_until_it_expires() -> None:
    asked = request()
    assert decide_request(asked, asked.expires_at - timedelta(seconds=1)) == Go()
    assert decide_request(asked, asked.expires_at) == Drop(Why.EXPIRED)
