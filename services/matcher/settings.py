"""Settings of the matcher (environment variables with prefix `OMBUD_`)."""

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The matcher keeps no database: Kafka is all that it needs."""

    http_port: int = Field(8081, description="Port of the health and metrics routes")
    shard_batch: int = Field(
        200, ge=1, description="Records of the shard log taken at once, at most"
    )
