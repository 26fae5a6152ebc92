"""Settings of a process, from environment variables. A secret may come from a file, read again when it changes."""

import os
import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

EXIT_BAD_SETTINGS = 78
S = TypeVar("S", bound="Settings")


class Settings(BaseSettings):
    """What every service needs. Variables are ``HALOBUS_<NAME>`` unless an alias is given."""

    model_config = SettingsConfigDict(env_prefix="HALOBUS_", extra="ignore", populate_by_name=True)

    kafka_bootstrap_servers: str = Field(alias="KAFKA_BOOTSTRAP_SERVERS")
    mongodb_uri: SecretStr = Field(SecretStr(""), alias="MONGODB_URI")
    mongodb_uri_file: Path | None = Field(None, alias="MONGODB_URI_FILE")
    mongodb_ca_file: Path | None = None
    database: str = "halobus"
    topic_prefix: str = ""
    replication_factor: int = Field(1, ge=1)
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = "PLAIN"
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_password_file: Path | None = None
    kafka_oauth_token_file: Path | None = None
    kafka_ca_file: Path | None = None
    kafka_session_timeout_ms: int = Field(10_000, ge=1_000)
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "pretty"] = "json"
    otlp_endpoint: str = Field("", alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    build: str = "dev"
    """Names the deployed version: a group stopped by a bad deploy starts again with another one."""

    def mongodb_address(self) -> str:
        """The MongoDB URI, from its file where one is given."""
        return read_secret(self.mongodb_uri, self.mongodb_uri_file)


def read_secret(value: SecretStr, file: Path | None) -> str:
    """A secret's text. A file wins, and is read at each call, so that a rotated secret is seen."""
    return file.read_text().strip() if file is not None else value.get_secret_value()


def load(kind: type[S]) -> S:
    """Read the settings, or say everything that is wrong with them at once and exit with 78."""
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in problem["loc"])
            sys.stderr.write(f"halobus: setting {variable(kind, name)}: {problem['msg']}\n")
        sys.exit(EXIT_BAD_SETTINGS)


def variable(kind: type[Settings], name: str) -> str:
    """The environment variable of a setting."""
    field = kind.model_fields.get(name)
    return (field.alias if field and field.alias else None) or (name if name.isupper() else f"HALOBUS_{name.upper()}")


def unknown_variables(kind: type[Settings]) -> list[str]:
    """``HALOBUS_*`` variables that this process does not know: mostly typing errors, so they are reported."""
    known = {variable(kind, name) for name in kind.model_fields}
    return sorted(name for name in os.environ if name.startswith("HALOBUS_") and name not in known)
