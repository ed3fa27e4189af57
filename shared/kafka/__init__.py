"""Kafka for the services: one way to consume, one way to publish."""

from shared.kafka.client import (
    Broker,
    client_options,
    make_broker,
    make_producer,
    make_reader,
    stop_reader,
)
from shared.kafka.consume import Batch, subscribe
from shared.kafka.events import Event, Message, Record, Reject, new_traceparent
from shared.kafka.publish import Publisher

__all__ = [
    "Batch",
    "Broker",
    "Event",
    "Message",
    "Publisher",
    "Record",
    "Reject",
    "client_options",
    "make_broker",
    "make_producer",
    "make_reader",
    "new_traceparent",
    "stop_reader",
    "subscribe",
]
