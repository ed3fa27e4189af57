"""Settings of intake (environment variables with prefix `OMBUD_`)."""

from pydantic import Field, SecretStr

from shared.settings import DatabaseSettings, LinkSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings, LinkSettings):
    """Intake: HTTP in, Postgres, Kafka out."""

    tenant_id: str = Field("default", description="Tenant of the pages and of the bootstrap key")
    bootstrap_key: SecretStr | None = Field(
        None, description="An API key with all scopes that is made at the start, for local stacks"
    )
    open_pages: bool = Field(
        False, description="Let anyone use the publish form and the board; only on loopback"
    )
