"""How to reach a secured Kafka: TLS with an own CA, PLAIN, SCRAM and OAUTHBEARER, from the settings."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from faststream.security import BaseSecurity, SASLOAuthBearer, SASLPlaintext, SASLScram256, SASLScram512

from halobus.settings import Settings, read_secret

_WITH_PASSWORD: dict[str, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "PLAIN": SASLPlaintext,
    "SCRAM-SHA-256": SASLScram256,
    "SCRAM-SHA-512": SASLScram512,
}


class TokenFile(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka ships no types
    """OAUTHBEARER: the token is read again for every connection, so that a renewed one is used."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def token(self) -> str:
        """The token as it stands in the file now."""
        return (await asyncio.to_thread(self._path.read_text)).strip()


def tls(settings: Settings) -> ssl.SSLContext | None:
    """The TLS context, trusting the own CA where one is given; None for a connection in the clear."""
    if not settings.kafka_security.endswith("SSL"):
        return None
    return ssl.create_default_context(cafile=settings.kafka_ca_file)


def client_options(settings: Settings) -> dict[str, Any]:
    """The keyword arguments of every aiokafka client."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers.split(","),
        "security_protocol": settings.kafka_security,
        "ssl_context": tls(settings),
    }
    if not settings.kafka_security.startswith("SASL"):
        return options
    options["sasl_mechanism"] = settings.kafka_sasl_mechanism
    if settings.kafka_sasl_mechanism == "OAUTHBEARER":
        return {**options, "sasl_oauth_token_provider": token_provider(settings)}
    return {**options, "sasl_plain_username": settings.kafka_username, "sasl_plain_password": _password(settings)}


def broker_security(settings: Settings) -> BaseSecurity:
    """The same for FastStream."""
    context, encrypted = tls(settings), settings.kafka_security.endswith("SSL")
    if not settings.kafka_security.startswith("SASL"):
        return BaseSecurity(ssl_context=context, use_ssl=encrypted)
    if settings.kafka_sasl_mechanism == "OAUTHBEARER":
        return SASLOAuthBearer(ssl_context=context, use_ssl=encrypted)
    kind = _WITH_PASSWORD[settings.kafka_sasl_mechanism]
    return kind(settings.kafka_username, _password(settings), ssl_context=context, use_ssl=encrypted)


def token_provider(settings: Settings) -> TokenFile | None:
    """What hands out OAUTHBEARER tokens, None for other mechanisms; ValueError where no file is set."""
    if not settings.kafka_security.startswith("SASL") or settings.kafka_sasl_mechanism != "OAUTHBEARER":
        return None
    if settings.kafka_oauth_token_file is None:
        raise ValueError("OAUTHBEARER needs HALOBUS_KAFKA_OAUTH_TOKEN_FILE")
    return TokenFile(settings.kafka_oauth_token_file)


def _password(settings: Settings) -> str:
    return read_secret(settings.kafka_password, settings.kafka_password_file)
