"""Workers that lease mails and hand them over to the mail server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg
import stamina
import structlog

from services.notifier import metrics
from services.notifier.compose import Broken, Composed, Composer, Leased, Letter, Nothing
from services.notifier.domain.planning import Drop, Later
from services.notifier.domain.retry import next_try, too_old
from services.notifier.domain.states import MailKind, Why
from services.notifier.handover import Begun, HandOver
from services.notifier.loops import trace
from services.notifier.session import Session
from services.notifier.settings import Settings
from services.notifier.smtp import NotConnected, Refused, SmtpConnection, Uncertain
from services.notifier.statements import SQL, rows
from shared import failpoints
from shared.clock import Clock
from shared.kafka.consume import PASSING

log = structlog.get_logger()

REMAKES = 3
"""How often a mail is made anew when what it says changes while it is offered."""
RECONNECT = timedelta(seconds=1)
RECORD_S = 60.0
"""How long a worker tries to record what the server accepted; then the record must tell."""


class InHand:
    """Mails that workers of this process are handing over: nobody else concludes their end."""

    def __init__(self) -> None:
        self._mails: set[UUID] = set()

    def __contains__(self, mail_id: UUID) -> bool:
        return mail_id in self._mails

    @contextmanager
    def holding(self, mail_id: UUID) -> Iterator[None]:
        """While a worker is at it."""
        self._mails.add(mail_id)
        try:
            yield
        finally:
            self._mails.discard(mail_id)


class SendWorker:
    """One connection, one batch of leased mails at a time."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        clock: Clock,
        settings: Settings,
        composer: Composer,
        session: Session,
        in_hand: InHand,
        stop: asyncio.Event,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._settings = settings
        self._composer = composer
        self._session = session
        self._in_hand = in_hand
        self._stop = stop
        self._hand_over = HandOver(pool, clock)
        self._smtp = SmtpConnection(settings)

    def close(self) -> None:
        """Break the connection to the mail server."""
        self._smtp.close()

    async def turn(self) -> bool:
        """Hand over one batch; says whether there may be more."""
        owner = self._session.owner
        if owner is None:
            return False
        mails = await self.lease(owner)
        if not mails:
            return False
        failpoints.hit("notifier.sender.after_lease")
        composed = await self._composer.compose(self._pool, mails)
        for place, mail in enumerate(mails):
            if self._stop.is_set():
                break
            try:
                await self.deliver(mail, composed[mail.mail_id], owner)
            except NotConnected as error:
                log.warning("mail_server_unreachable", error=str(error))
                await self._give_back(mails[place:], str(error))
                return False
            except Exception:
                # Others must not wait for the end of the lease; one being handed over stays so.
                await self._give_back(mails[place:], "turn_failed")
                raise
        return True

    async def lease(self, owner: int) -> list[Leased]:
        """Mails that are due, for this worker alone until the lease ends."""
        at = self._clock()
        found = await rows(
            SQL.lease_mails(
                self._pool,
                at=at,
                until=at + self._settings.lease,
                most=self._settings.smtp_batch,
                owner=owner,
            )
        )
        found.sort(key=lambda row: (row["priority"], row["created_at"]))
        return [
            Leased(
                mail_id=row["mail_id"],
                kind=MailKind(row["kind"]),
                recipient_id=row["recipient_id"],
                message_id=row["message_id"],
                created_at=row["created_at"],
                attempt=row["attempt"],
                fence=row["fence"],
            )
            for row in found
        ]

    async def _give_back(self, mails: list[Leased], reason: str) -> None:
        """Nobody is to blame but the connection: not counted as an attempt."""
        for mail in mails:
            await self._hand_over.release(
                mail, self._clock() + RECONNECT, mail.attempt, reason[:100]
            )

    async def deliver(self, mail: Leased, composed: Composed, owner: int) -> None:
        """Hand one mail over. Raises `NotConnected`, with the mail still leased."""
        for _ in range(REMAKES):
            if not isinstance(composed, Letter):
                await self._put_aside(mail, composed)
                return
            begun = await self._offer(mail, composed, owner)
            if begun is not Begun.CHANGED:
                return
            composed = (await self._composer.compose(self._pool, [mail]))[mail.mail_id]
        await self._hand_over.release(mail, self._clock(), mail.attempt, "changing")

    async def _put_aside(self, mail: Leased, composed: Composed) -> None:
        """Nothing is handed over now."""
        match composed:
            case Later(at):
                await self._hand_over.release(mail, at, mail.attempt, None)
            case Drop(why):
                await self._hand_over.cancel(mail, why)
            case Nothing():
                await self._hand_over.cancel(mail, None)
            case Broken(error):
                log.error("mail_not_made", mail_id=str(mail.mail_id), **trace(error))
                await self._postpone(mail, "not_made", None)

    async def _offer(self, mail: Leased, letter: Letter, owner: int) -> Begun:
        """Envelope, the ledger's word, content, and the ledger's word again."""
        try:
            await self._smtp.envelope(self._settings.mail_from, letter.address)
        except Refused as refused:
            await self._smtp.reset()
            await self._said_no(mail, refused)
            return Begun.YES
        failpoints.hit("notifier.sender.after_rcpt")
        with self._in_hand.holding(mail.mail_id):
            begun = await self._begin(mail, letter, owner)
            if begun is Begun.YES:
                failpoints.hit("notifier.sender.after_handing_over")
                await self._content(mail, letter)
        return begun

    async def _begin(self, mail: Leased, letter: Letter, owner: int) -> Begun:
        """The envelope is forgotten unless the hand-over may go on."""
        begun = Begun.LOST
        try:
            begun = await self._hand_over.begin(mail, letter.basis, owner)
        finally:
            if begun is not Begun.YES:
                await self._smtp.reset()
        return begun

    async def _content(self, mail: Leased, letter: Letter) -> None:
        try:
            code = await self._smtp.content(letter.content)
        except Refused as refused:
            await self._said_no(mail, refused, begun=True)
            return
        except Uncertain as error:
            log.warning("hand_over_uncertain", mail_id=str(mail.mail_id), error=str(error))
            return
        failpoints.hit("notifier.sender.after_data")
        await self._record(mail, code)
        failpoints.hit("notifier.sender.after_sent")

    async def _record(self, mail: Leased, code: int) -> None:
        """The server has the mail: say so, even if the database is away for a while."""
        async for attempt in stamina.retry_context(on=PASSING, attempts=None, timeout=RECORD_S):
            with attempt:
                await self._hand_over.accepted(mail.mail_id, mail.fence, code)

    async def _said_no(self, mail: Leased, refused: Refused, begun: bool = False) -> None:
        metrics.REPLIES.labels(code=str(refused.code)).inc()
        log.info("mail_refused", mail_id=str(mail.mail_id), code=refused.code)
        if refused.permanent:
            await self._hand_over.refused(mail.mail_id, mail.fence, refused.reason, refused.code)
        else:
            await self._postpone(mail, refused.reason, refused.code, begun)

    async def _postpone(
        self, mail: Leased, reason: str, code: int | None, begun: bool = False
    ) -> None:
        """Try again later, unless that has gone on for too long."""
        now = self._clock()
        if too_old(mail.created_at, self._settings.patience, now):
            await self._hand_over.refused(mail.mail_id, mail.fence, Why.GAVE_UP, code)
            return
        attempt = mail.attempt + 1
        not_before = next_try(attempt, now)
        if begun:
            await self._hand_over.again(mail.mail_id, mail.fence, not_before, attempt, reason)
        else:
            await self._hand_over.release(mail, not_before, attempt, reason)
