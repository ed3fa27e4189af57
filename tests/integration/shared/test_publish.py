"""Publishing from a service without a database, on a real broker."""

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared import topics
from shared.kafka import Publisher
from tests.integration.kafka import read_all, started_broker
from tests.integration.shared.test_consume import progress
from tests.stack import Sandbox


async def test_a_producer_that_can_send_no_more_is_replaced(sandbox: Sandbox) -> None:
    """After a lost batch the broker refuses what follows it for good: a new producer may begin."""
    async with started_broker(sandbox.kafka) as broker:
        publisher = Publisher(broker)
        await publisher.publish([progress(1)], partition=0)
        assert broker.sender is not None
        place = TopicPartition(broker.prefix + topics.PROGRESS.name, 0)
        broker.sender._txn_manager.increment_sequence_number(place, 5)
        with pytest.raises(KafkaError):
            await publisher.publish([progress(2)], partition=0)
        await publisher.publish([progress(3)], partition=0)
    assert len(await read_all(sandbox.kafka, topics.PROGRESS.name)) == 2
