"""A relay alone in a process, to be stopped and killed by the tests."""

import asyncio
import os
import sys

from shared.clock import system_clock
from shared.relay import Fenced, Relay
from shared.settings import DatabaseSettings, KafkaSettings

FENCED = 75


async def main() -> None:
    dsn = DatabaseSettings().database_dsn.get_secret_value()
    relay = Relay(dsn, "intake", KafkaSettings(), system_clock)
    task = asyncio.create_task(relay.run())
    while not relay.leading and not task.done():
        await asyncio.sleep(0.05)
    print("leading", flush=True)
    await task


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Fenced:
        print("fenced", flush=True)
        sys.stdout.flush()
        os._exit(FENCED)
