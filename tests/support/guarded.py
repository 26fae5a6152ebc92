"""A Kafka and a MongoDB where each service has an account of its own, and the system on them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest

from embedded.secured import Secured
from embedded.stack import Stack
from halo_simulator.running import Running
from halobus import store
from halobus.access import Need
from halobus.doctor_kafka import KAFKA_OPERATIONS, KAFKA_RESOURCES
from support.consumers import settings_of
from support.system import SERVICES, Process, System, environment, started

LITERAL, ALLOW, ANYWHERE = 3, 3, "*"
PREFIX, DATABASE = "guarded.", "guarded"


@dataclass
class Guarded:
    """A place where each service has an account of its own; its own addresses are the administrator's."""

    stack: Stack
    secured: Secured
    topic_prefix: str = PREFIX
    database: str = DATABASE

    @property
    def bootstrap_servers(self) -> str:
        return self.stack.bootstrap_servers

    @property
    def mongodb_uri(self) -> str:
        return self.stack.mongodb_uri

    def account(self, service: str, **more: str) -> dict[str, str]:
        """The settings that make a process be the service's account."""
        password = self.secured.passwords[service]
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.stack.state.of("mongod"))
        return {
            "HALOBUS_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "HALOBUS_KAFKA_USERNAME": service,
            "HALOBUS_KAFKA_PASSWORD": password,
            "MONGODB_URI": self.secured.mongodb_uri(hosts, service, password, DATABASE),
            **more,
        }

    async def allow(self, needs: list[Need]) -> None:
        """An ACL for each, as ``kafka-acls.sh --add`` makes it."""
        answers = await self._ask([CreateAclsRequest(*_acl(need)) for need in needs])
        assert {code for each in answers for code, _ in each.creation_responses} == {0}

    async def forbid(self, need: Need) -> None:
        """Take one away again."""
        [answer] = await self._ask([DeleteAclsRequest(*_acl(need))])
        [(code, _, found)] = answer.filter_responses
        assert (code, len(found)) == (0, 1)

    async def _ask(self, requests: list[Any]) -> list[Any]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers, **self.secured.kafka_client())
        await admin.start()
        try:
            return [await admin._send_request(request) for request in requests]  # aiokafka has no public call for it
        finally:
            await admin.close()

    async def users(self, roles: Mapping[str, str]) -> None:
        """MongoDB's users, each with one role on the one database."""
        database = store.connect(settings_of(self))
        for name, role in roles.items():
            password = self.secured.passwords[name]
            await database.command("createUser", name, pwd=password, roles=[{"role": role, "db": DATABASE}])
        store.close(database)


def _acl(need: Need) -> tuple[int, str, int, str, str, int, int]:
    kind, operation = KAFKA_RESOURCES[need.resource], KAFKA_OPERATIONS[need.operation]
    return kind, need.full_name(PREFIX), LITERAL, f"User:{need.service}", ANYWHERE, operation, ALLOW


@asynccontextmanager
async def guarded_system(place: Guarded, logs: Path, halo: Running, portal_url: str) -> AsyncIterator[System]:
    """Five services, each by its own account; facts are posted to ``portal_url``."""
    hosts = f"{halo.url.split('://')[1]},{portal_url.split('://')[1]}"
    more = {
        "HALOBUS_HALO_LIMIT": "100000",
        "HALOBUS_WEBHOOK_URL": f"{portal_url}/webhook",
        "HALOBUS_WEBHOOK_SECRET": "w" * 32,
        "HALOBUS_ALLOWED_HOSTS": hosts,
    }
    processes = {
        name: Process(name, {**environment(place, name, halo.url, more), **place.account(name)}, logs / f"{name}.jsonl")
        for name in SERVICES
    }
    settings = settings_of(place)
    async with started(System(place, logs, processes, store.connect(settings), settings)) as it:
        yield it
