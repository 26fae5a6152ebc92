"""A stack that asks who somebody is: Kafka by SASL with ACLs, MongoDB by users; nothing is allowed to nobody."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ADMIN = "admin"
"""Kafka's super user, whom no ACL binds; the brokers are it too."""
SYSTEM = "__system"
"""MongoDB's own name for the members of the set: who has their key may do everything."""


@dataclass(frozen=True)
class Secured:
    """``passwords``: Kafka's users. ``key``: what the members know each other by, and the password of those above."""

    passwords: Mapping[str, str]
    key: str = field(default_factory=lambda: secrets.token_hex(24), repr=False)

    def kafka_client(self) -> dict[str, str]:
        """The arguments by which an aiokafka client is the super user."""
        return {
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": ADMIN,
            "sasl_plain_password": self.key,
        }

    def mongodb_uri(self, hosts: str, user: str = SYSTEM, password: str = "", source: str = "local") -> str:
        """A URI of the set that signs somebody in, the members' own user unless told otherwise."""
        return f"mongodb://{user}:{password or self.key}@{hosts}/?replicaSet=rs0&authSource={source}"

    def kafka_properties(self) -> dict[str, str]:
        """What a broker is told besides; controllers speak in the clear, on ports that no client is told."""
        users = {ADMIN: self.key, **self.passwords}
        known = " ".join(f'user_{name}="{password}"' for name, password in users.items())
        module = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        return {
            "listener.security.protocol.map": "SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "SASL_PLAINTEXT",
            "sasl.enabled.mechanisms": "PLAIN",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config": (
                f'{module} username="{ADMIN}" password="{self.key}" {known};'
            ),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found": "false",
            "super.users": f"User:{ADMIN};User:ANONYMOUS",  # the latter is who speaks to a controller
        }

    def mongod_options(self, folder: Path) -> list[str]:
        """What a mongod is told besides; writes the key beside its data."""
        file = folder / "key"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(self.key)
        return ["--auth", "--keyFile", str(file)]
