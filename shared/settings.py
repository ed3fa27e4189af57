"""Settings that all services share. Every one is an environment variable with prefix `OMBUD_`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KafkaSettings(BaseSettings):
    """How to reach Kafka."""

    model_config = SettingsConfigDict(env_prefix="OMBUD_", extra="ignore")

    kafka_bootstrap_servers: str = Field("127.0.0.1:9092", description="host:port, comma separated")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="Use SASL_SSL in production"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="Mechanism, where the protocol is SASL"
    )
    kafka_sasl_username: str | None = Field(None, description="Principal of this service")
    kafka_sasl_password: SecretStr | None = Field(None, description="Its password")
    kafka_tls_ca_file: str | None = Field(None, description="CA bundle, where not the system's")
    kafka_topic_prefix: str = Field("", description="Put before every topic, group and transaction")
    kafka_replication: int | None = Field(
        None,
        description="Replication factor, where not as in topics.yaml (1 on a single broker)",
    )


class ServiceSettings(KafkaSettings):
    """What each service needs beside Kafka."""

    replica: str = Field("0", description="Stable name of this replica, e.g. its ordinal")
    http_host: str = Field("127.0.0.1", description="Address to listen on")
    http_port: int = Field(8080, description="Port to listen on")
    log_format: Literal["console", "json"] = Field("json", description="Form of the log lines")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level"
    )


class DatabaseSettings(BaseSettings):
    """A service's own database role and schema."""

    model_config = SettingsConfigDict(env_prefix="OMBUD_", extra="ignore")

    database_dsn: SecretStr = Field(description="postgresql://role:password@host:port/database")
    database_pool_size: int = Field(10, ge=2, description="Connections of one replica at most")


class LinkSettings(BaseSettings):
    """What signs the links in mails; the same for intake and notifier."""

    model_config = SettingsConfigDict(env_prefix="OMBUD_", extra="ignore")

    link_secret: SecretStr = Field(min_length=16, description="Signs links in mails")
    public_url: str = Field(
        "http://127.0.0.1:8080", description="This service as browsers reach it"
    )
