"""Settings of a process, from environment variables. A secret may come from a file, read again when it changes."""

import os
import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EXIT_BAD_SETTINGS = 78
S = TypeVar("S", bound="Settings")


class Settings(BaseSettings):
    """What every service needs. Variables are ``HALOBUS_<NAME>`` unless an alias is given."""

    model_config = SettingsConfigDict(
        env_prefix="HALOBUS_", extra="ignore", populate_by_name=True, use_attribute_docstrings=True
    )

    kafka_bootstrap_servers: str = Field(alias="KAFKA_BOOTSTRAP_SERVERS")
    """Kafka's addresses, host:port, separated by commas."""
    mongodb_uri: SecretStr = Field(SecretStr(""), alias="MONGODB_URI")
    """MongoDB's address: a replica set, with credentials where it asks for them."""
    mongodb_uri_file: Path | None = Field(None, alias="MONGODB_URI_FILE", validate_default=True)
    """A file that holds MongoDB's address instead."""
    mongodb_ca_file: Path | None = None
    """The certificate authority of MongoDB's TLS, PEM."""
    database: str = "halobus"
    """The database of all collections."""
    topic_prefix: str = ""
    """Comes before the name of every topic and group, as in `prod.`."""
    replication_factor: int = Field(1, ge=1)
    """Replicas of each topic that `halobus migrate` makes: 3 in production."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How Kafka is spoken to."""
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = "PLAIN"
    """How Kafka knows us, where security says SASL."""
    kafka_username: str = ""
    """For PLAIN and SCRAM."""
    kafka_password: SecretStr = SecretStr("")
    """For PLAIN and SCRAM."""
    kafka_password_file: Path | None = None
    """A file that holds the password instead."""
    kafka_oauth_token_file: Path | None = None
    """A file with the token for OAUTHBEARER, read anew for every connection."""
    kafka_ca_file: Path | None = None
    """The certificate authority of Kafka's TLS, PEM."""
    kafka_session_timeout_ms: int = Field(10_000, ge=1_000)
    """Milliseconds after which a silent consumer's partitions go to another."""
    http_host: str = "127.0.0.1"
    """Address on which health, metrics and the API listen."""
    http_port: int = Field(8080, ge=0, le=65535)
    """Port of the same; 0 takes a free one and logs it."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe lines that are logged."""
    log_format: Literal["json", "pretty"] = "json"
    """JSON lines, or text for a terminal."""
    otlp_endpoint: str = Field("", alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """Where traces and metrics go by OTLP over HTTP; nowhere while empty."""
    build: str = "dev"
    """Names the deployed version: a group stopped by a bad deploy starts again with another one."""

    # Of single fields, since a rule of the whole model is not asked while a field is wrong: all is to be told at once.

    @field_validator("*")
    @classmethod
    def _can_be_read(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, Path) and (info.field_name or "").endswith("_file"):
            try:
                value.read_bytes()
            except OSError as error:
                raise ValueError(f"{value} can't be read: {error.strerror}") from error
        return value

    @field_validator("mongodb_uri_file")
    @classmethod
    def _is_somewhere(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file is None and not secret_text(info.data.get("mongodb_uri")):
            raise ValueError("set MONGODB_URI, or MONGODB_URI_FILE to a file that holds it")
        return file

    def mongodb_address(self) -> str:
        """The MongoDB URI, from its file where one is given."""
        return read_secret(self.mongodb_uri, self.mongodb_uri_file)


def read_secret(value: SecretStr, file: Path | None) -> str:
    """A secret's text. A file wins, and is read at each call, so that a rotated secret is seen."""
    return file.read_text().strip() if file is not None else value.get_secret_value()


def secret_text(value: object) -> str:
    """The text of a secret that was validated before, empty where it is wrong or missing."""
    return value.get_secret_value() if isinstance(value, SecretStr) else ""


def load(kind: type[S]) -> S:
    """Read the settings, or say everything that is wrong with them at once and exit with 78."""
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in problem["loc"])
            sys.stderr.write(f"halobus: setting {variable(kind, name)}: {_sentence(problem['msg'])}\n")
        for unknown in unknown_variables(kind):  # perhaps what is missing, mistyped
            sys.stderr.write(f"halobus: setting {unknown}: is no setting of this process\n")
        sys.exit(EXIT_BAD_SETTINGS)


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


def variable(kind: type[Settings], name: str) -> str:
    """The environment variable of a setting."""
    field = kind.model_fields.get(name)
    return (field.alias if field and field.alias else None) or (name if name.isupper() else f"HALOBUS_{name.upper()}")


def unknown_variables(kind: type[Settings]) -> list[str]:
    """``HALOBUS_*`` variables that this process does not know: mostly typing errors, so they are reported."""
    known = {variable(kind, name) for name in kind.model_fields}
    return sorted(name for name in os.environ if name.startswith("HALOBUS_") and name not in known)
