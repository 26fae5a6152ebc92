"""The environment of each service, as a deployment would give it: exactly what it needs and no secret beside.

Only the connector gets the private keys that open a client secret, only wizard-api the secret of the portal's tokens.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from demo.place import SIMULATOR, Place
from halobus import seal

ISSUER = "https://portal.example"
AUDIENCE = "halobus"
COMMENTS = 10
"""Tickets whose comments a sync reads: a request each, so that the first sync fits into Halo's first window."""
LIMIT, WINDOW = 300, 300.0
"""Halo's own rate limit: requests per seconds. The simulator enforces it, the connector keeps to it."""

_OF_THE_MACHINE = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
_OF_THE_STACK = (
    "KAFKA_",
    "MONGODB_",
    "HALOBUS_KAFKA_",
    "HALOBUS_MONGODB_",
    "HALOBUS_REPLICATION_",
    "HALOBUS_LOG_",
    "OTEL_",
)
"""What a user may have set for an existing Kafka and MongoDB, or to see traces and more of the log."""


@dataclass(frozen=True)
class Secrets:
    """Fresh for every run."""

    keys: tuple[str, str] = field(default_factory=seal.generate)
    jwt: str = field(default_factory=lambda: secrets.token_urlsafe(48))


@dataclass(frozen=True)
class Environments:
    """What the processes of a run get."""

    place: Place
    bootstrap_servers: str
    mongodb_uri: str
    secrets: Secrets = field(default_factory=Secrets)

    def stack(self) -> dict[str, str]:
        """Kafka, MongoDB and this run's names in them: all that the operator's command line needs."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "MONGODB_URI": self.mongodb_uri,
            "HALOBUS_DATABASE": self.place.database,
            "HALOBUS_TOPIC_PREFIX": self.place.topic_prefix,
        }

    def service(self, name: str) -> dict[str, str]:
        """The whole environment of a service: nothing else is handed down from this process."""
        port = {"HALOBUS_HTTP_PORT": str(self.place.ports[name]), "HALOBUS_BUILD": "demo"}
        return self.operator() | port | self._own(name)

    def operator(self) -> dict[str, str]:
        """For ``halobus migrate``."""
        return machine() | stack_settings(os.environ) | self.stack()

    def _own(self, name: str) -> dict[str, str]:
        private, public = self.secrets.keys
        # The simulator speaks plain http on 127.0.0.1: without this list both would refuse it.
        allowed = {"HALOBUS_ALLOWED_HOSTS": self.place.host(SIMULATOR)}
        match name:
            case "connector":
                limit = {"HALOBUS_HALO_LIMIT": str(LIMIT), "HALOBUS_HALO_WINDOW": str(WINDOW)}
                limit["HALOBUS_COMMENTS_PER_CYCLE"] = str(COMMENTS)
                return allowed | limit | {"HALOBUS_SEALING_PRIVATE_KEYS": private}
            case "wizard-api":
                tokens = {"HALOBUS_JWT_ISSUER": ISSUER, "HALOBUS_JWT_AUDIENCE": AUDIENCE}
                # Over plain http a browser would not send a cookie that is for https alone.
                plain = {"HALOBUS_COOKIE_SECURE": "false"}
                keys = {"HALOBUS_SEALING_PUBLIC_KEY": public, "HALOBUS_JWT_SECRET": self.secrets.jwt}
                return allowed | tokens | keys | plain
            case _:
                return {}


def machine() -> dict[str, str]:
    """What every process needs to run at all."""
    return {name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ}


def stack_settings(given: Mapping[str, str]) -> dict[str, str]:
    """How to reach a Kafka and a MongoDB that are not ours, as the user has set it."""
    return {name: value for name, value in given.items() if name.startswith(_OF_THE_STACK)}
