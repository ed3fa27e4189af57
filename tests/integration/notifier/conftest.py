"""A migrated database and a mail inbox for each test, and a notifier on them."""

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from deploy.local.inbox.server import Inbox, InboxThread
from tests.integration.notifier.office import Hands, Office, StoreRecord, opened
from tests.stack import Stack, drop_database

_numbers = itertools.count(1)


@dataclass
class Post:
    """Where a notifier of the test works."""

    dsn: str
    inbox: Inbox

    @property
    def message_ids(self) -> list[str]:
        """Of all accepted mails, in order."""
        return [entry.message_id for entry in self.inbox.store.all()]

    @property
    def recipients(self) -> list[str]:
        """Of all accepted mails, in order."""
        return [address for entry in self.inbox.store.all() for address in entry.rcpt_to]


@pytest.fixture
def post(stack: Stack, tmp_path: Path) -> Iterator[Post]:
    """Neither Kafka nor topics: only a database and an inbox."""
    name = f"ombud_{stack.run_id}_post_{next(_numbers)}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(stack.template)
    )
    with psycopg.connect(stack.admin_dsn, autocommit=True) as admin:
        admin.execute(copy)
    thread = InboxThread(tmp_path)
    thread.start()
    try:
        yield Post(stack.dsn("notifier", name), thread.inbox)
    finally:
        thread.stop()
        drop_database(stack, name)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def record(post: Post) -> StoreRecord:
    return StoreRecord(post.inbox.store)


@pytest.fixture
async def office(post: Post, clock: Hands, record: StoreRecord) -> AsyncIterator[Office]:
    """A running notifier with two workers and a record to ask."""
    async with opened(post.dsn, post.inbox.smtp_port, clock, record) as running:
        yield running
