"""The stack that every other test stands on."""

import smtplib

import psycopg
from aiokafka import AIOKafkaConsumer

from shared import topics
from shared.kafka.client import client_options, make_producer
from tests.stack import Sandbox


async def test_a_sandbox_has_its_own_topics_on_a_real_broker(sandbox: Sandbox) -> None:
    topic = sandbox.topic_prefix + topics.TENDERS.name
    producer = make_producer(sandbox.kafka)
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"value", key=b"key")
    finally:
        await producer.stop()
    consumer = AIOKafkaConsumer(
        topic, **client_options(sandbox.kafka), auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        record = await consumer.getone()
    finally:
        await consumer.stop()
    assert (record.key, record.value) == (b"key", b"value")


def test_a_sandbox_has_its_own_migrated_database(sandbox: Sandbox) -> None:
    for service in ("intake", "notifier"):
        with psycopg.connect(sandbox.dsn(service)) as connection:
            schema, tables = connection.execute(
                "SELECT current_schema(),"
                " count(*) FROM pg_tables WHERE schemaname = current_schema()"
            ).fetchone() or ("", 0)
        assert schema == service
        assert tables > 1


def test_a_sandbox_has_an_empty_inbox_that_takes_mail(sandbox: Sandbox) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as client:
        client.sendmail("a@example.org", ["b@example.org"], "Message-ID: <1@x>\r\n\r\nhello\r\n")
    [entry] = sandbox.inbox.all()
    assert entry.rcpt_to == ["b@example.org"]
    assert entry.message_id == "<1@x>"
