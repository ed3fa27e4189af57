"""The one connection that a notifier keeps for itself.

On it the process holds an advisory lock for its owner number: as long as the lock is held, the
process lives, even if it is stopped, and no one may conclude how its hand-overs ended. The same
connection listens for what wakes the loops.
"""

import asyncio

import asyncpg
import structlog

from services.notifier.statements import SQL

log = structlog.get_logger()

ALIVE_S = 2.0
WAIT_S = 1.0


class Session:
    """Keeps the connection up; `owner` is None while it is down."""

    def __init__(self, dsn: str, schema: str) -> None:
        self._dsn = dsn
        self._schema = schema
        self._wakes: dict[str, list[asyncio.Event]] = {}
        self.owner: int | None = None

    def wakes_on(self, channel: str) -> asyncio.Event:
        """An event that is set when `channel` is notified, or the connection has come back."""
        event = asyncio.Event()
        self._wakes.setdefault(f"{channel}_{self._schema}", []).append(event)
        return event

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("session_lost", error=type(error).__name__)
            finally:
                self.owner = None
            await asyncio.sleep(WAIT_S)

    async def _once(self) -> None:
        connection = await asyncpg.connect(
            self._dsn, server_settings={"search_path": self._schema, "timezone": "UTC"}
        )
        try:
            owner: int = await SQL.new_owner(connection)
            await SQL.hold_owner(connection, owner=owner)
            for channel in self._wakes:
                await connection.add_listener(channel, self._heard)
            self.owner = owner
            self._wake_all()
            while True:
                await asyncio.sleep(ALIVE_S)
                await connection.fetchval("SELECT 1")
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, channel: str, _payload: object) -> None:
        for event in self._wakes[channel]:
            event.set()

    def _wake_all(self) -> None:
        for events in self._wakes.values():
            for event in events:
                event.set()
