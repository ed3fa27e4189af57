"""Publishing from a service that keeps no database: every record acknowledged, or an error."""

import asyncio
from collections.abc import Iterable, Sequence

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordTooLargeError

from shared import VERSION
from shared.kafka.client import Broker
from shared.kafka.events import Headers, Message, Record, Reject

CUT = 1_048_576
"""Bytes that are kept of a record too large for its dead letter queue."""


class Publisher:
    """Sends messages and dead letters; waits until all in-sync replicas have them."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def publish(self, messages: Sequence[Message], partition: int | None = None) -> None:
        """Publish in order; `partition` overrides the key's. Raises KafkaError."""
        service = self._broker.service
        await self.send(
            (m.topic.name, m.key.encode(), m.value(), m.headers(service), partition)
            for m in messages
        )

    async def send(
        self,
        records: Iterable[tuple[str, bytes | None, bytes | None, Headers, int | None]],
    ) -> None:
        """Send (logical topic, key, value, headers, partition) and await every acknowledgement.

        Raises `Reject` for a record that no broker would take: trying again is in vain. Raises
        KafkaError otherwise. The next call then has a new producer, as this one may never send
        again: a lost batch leaves a gap in its sequence, and the broker refuses all that follows.
        """
        sender = self._broker.sender
        if sender is None:
            raise RuntimeError("the broker is not started")
        try:
            waiting = [
                await sender.send(
                    self._broker.prefix + topic,
                    value,
                    key=key,
                    headers=headers,
                    partition=partition,
                )
                for topic, key, value, headers, partition in records
            ]
            await asyncio.gather(*waiting)
        except (MessageSizeTooLargeError, RecordTooLargeError) as error:
            raise Reject("too_large", type(error).__name__) from None
        except KafkaError:
            await self._broker.renew(sender)
            raise

    async def dead_letter(self, queue: str, record: Record, reject: Reject, attempt: int) -> None:
        """Keep a record that cannot be handled, with its bytes and headers as they were."""
        added = {
            "dlq_topic": record.topic,
            "dlq_partition": str(record.partition),
            "dlq_offset": str(record.offset),
            "dlq_timestamp": str(record.timestamp_ms),
            "dlq_group": self._broker.service,
            "dlq_code": reject.code,
            "dlq_detail": reject.detail[:500],
            "dlq_attempt": str(attempt),
            "dlq_version": VERSION,
        }
        headers = list(record.headers) + [(k, v.encode()) for k, v in added.items()]
        try:
            await self.send([(queue, record.key, record.value, headers, None)])
        except Reject:
            # It was small only while compressed. Its place is named; a part of it must do.
            headers.append(("dlq_cut_from", str(len(record.value or b"")).encode()))
            await self.send([(queue, record.key, (record.value or b"")[:CUT], headers, None)])
