"""The one-shot job that makes a cluster's topics as `topics.yaml` lists them.

`python -m shared.provision` may be run again at any time.
"""

import asyncio
import sys

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared import topics
from shared.kafka.client import client_options
from shared.settings import KafkaSettings
from shared.topics import Topic


async def apply(settings: KafkaSettings) -> int:
    """Create what is missing and set the configuration of what is there. Gives how many were new.

    Partition counts are never changed: the shard log depends on theirs.
    """
    prefix = settings.kafka_topic_prefix
    wanted: dict[str, tuple[Topic, dict[str, str]]] = {}
    for topic in topics.ALL.values():
        wanted[prefix + topic.name] = (topic, topic.config())
        wanted[prefix + topic.dlq] = (topic, topic.dlq_config())
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        there = set(await admin.list_topics())
        await _create(
            admin,
            [
                NewTopic(
                    name,
                    topic.partitions,
                    settings.kafka_replication or topic.replication,
                    topic_configs=config,
                )
                for name, (topic, config) in wanted.items()
                if name not in there
            ],
        )
        if known := there & wanted.keys():
            await admin.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, name, wanted[name][1]) for name in known]
            )
        return len(wanted) - len(known)
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, missing: list[NewTopic]) -> None:
    if not missing:
        return
    answer = await admin.create_topics(missing)
    for name, code, *message in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name}: {message}")


if __name__ == "__main__":
    created = asyncio.run(apply(KafkaSettings()))
    sys.stdout.write(f"{len(topics.ALL) * 2} topics, {created} of them new\n")
