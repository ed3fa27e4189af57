"""Clients of Kafka, made in one place so that all of them are equally careful."""

import asyncio
import contextlib
import ssl
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.settings import KafkaSettings, ServiceSettings

MAX_REQUEST_BYTES = 6 * 1_048_576
"""Largest record: 5 MiB of a message, and the headers that a dead letter queue adds."""


def client_options(settings: KafkaSettings) -> dict[str, Any]:
    """Connection options that every aiokafka client takes."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = _tls(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = _password(settings)
    return options


def make_producer(settings: KafkaSettings, **options: Any) -> AIOKafkaProducer:
    """A producer that loses and doubles nothing by itself (acks of all replicas, idempotent)."""
    return AIOKafkaProducer(
        **client_options(settings),
        acks="all",
        enable_idempotence=True,
        max_request_size=MAX_REQUEST_BYTES,
        compression_type="gzip",
        linger_ms=2,
        **options,
    )


def make_reader(settings: KafkaSettings, **options: Any) -> AIOKafkaConsumer:
    """A reader outside any group: it is assigned partitions and commits nothing."""
    return AIOKafkaConsumer(
        **client_options(settings),
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        fetch_max_wait_ms=5,  # transaction markers look like gaps that nothing fills
        max_partition_fetch_bytes=MAX_REQUEST_BYTES,
        **options,
    )


async def stop_reader(reader: AIOKafkaConsumer) -> None:
    """Stop a reader. aiokafka lets its own cancelled task through when that had not yet begun."""
    with contextlib.suppress(asyncio.CancelledError):
        await reader.stop()


class Broker(KafkaBroker):
    """FastStream's broker for consuming, with a careful producer of our own beside it.

    FastStream's producer takes headers as text only and has weaker defaults; what goes to a dead
    letter queue must keep its bytes.
    """

    def __init__(self, settings: KafkaSettings, service: str, replica: str) -> None:
        super().__init__(
            settings.kafka_bootstrap_servers,
            security=_security(settings),
            client_id=service,
            consumer_only=True,
            allow_auto_create_topics=False,
            graceful_timeout=10,
            logger=None,
        )
        self.settings = settings
        self.service = service
        self.replica = replica
        self.prefix = settings.kafka_topic_prefix
        self.sender: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()

    async def start(self) -> None:
        if self.sender is None:
            self.sender = make_producer(self.settings, client_id=self.service)
            await self.sender.start()
        await super().start()

    async def stop(self, *args: Any) -> None:
        await super().stop(*args)
        if self.sender is not None:
            await self.sender.stop()
            self.sender = None

    async def renew(self, broken: AIOKafkaProducer) -> None:
        """Replace a producer that has failed, unless another caller has done so."""
        async with self._renewing:
            held = self.sender
            if held is None or held is not broken:
                return
            fresh = make_producer(self.settings, client_id=self.service)
            await fresh.start()
            self.sender = fresh
            await held.stop()

    async def reachable(self) -> bool:
        """Does the cluster answer within two seconds?"""
        if self.sender is None:
            return False
        async with asyncio.timeout(2):
            await self.sender.client.fetch_all_metadata()
        return True


def make_broker(settings: ServiceSettings, service: str) -> Broker:
    """The broker of one service; `service` is its name in groups, transactions and logs."""
    return Broker(settings, service, settings.replica)


def _tls(settings: KafkaSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.kafka_tls_ca_file)


def _password(settings: KafkaSettings) -> str:
    return settings.kafka_sasl_password.get_secret_value() if settings.kafka_sasl_password else ""


def _security(settings: KafkaSettings) -> BaseSecurity | None:
    protocol = settings.kafka_security_protocol
    if protocol == "PLAINTEXT":
        return None
    tls = _tls(settings) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL"):
        return BaseSecurity(ssl_context=tls, use_ssl=True)
    kinds = {
        "PLAIN": SASLPlaintext,
        "SCRAM-SHA-256": SASLScram256,
        "SCRAM-SHA-512": SASLScram512,
    }
    return kinds[settings.kafka_sasl_mechanism](
        username=settings.kafka_sasl_username or "",
        password=_password(settings),
        ssl_context=tls,
        use_ssl=tls is not None,
    )
