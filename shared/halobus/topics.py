"""Every topic of Halobus, declared once: partitions, sizes, retention and the consumer groups that read it."""

from dataclasses import dataclass
from zlib import crc32

MEBIBYTE = 1024 * 1024
DAY_MS = 24 * 60 * 60 * 1000
RECORD_LIMIT = MEBIBYTE
"""Bytes; a row that is larger goes to the dead letters (design: promise 3)."""


@dataclass(frozen=True)
class Topic:
    """A topic without its deployment's prefix. ``groups``: the consumer groups whose lag counts."""

    name: str
    partitions: int
    groups: tuple[str, ...]
    retention_ms: int = 7 * DAY_MS
    max_bytes: int = 4 * MEBIBYTE

    @property
    def dead_letters(self) -> "Topic":
        """The topic's ``.dlq``: same partitions, longer kept, a little larger to hold the headers as well."""
        return Topic(f"{self.name}.dlq", self.partitions, (), 14 * DAY_MS, 5 * MEBIBYTE)


COMMANDS = Topic("halo.commands", 6, ("connector",))
TICKETS = Topic("halo.tickets", 6, ("sync-ticket",))
ACTIONS = Topic("halo.actions", 6, ("sync-ticket",))
COMPANIES = Topic("halo.companies", 6, ("sync-crm",))
CONTACTS = Topic("halo.contacts", 6, ("sync-crm",))
OPPORTUNITIES = Topic("halo.opportunities", 6, ("sync-crm",))
PROJECTS = Topic("halo.projects", 6, ("sync-crm",))
ASSETS = Topic("halo.assets", 6, ("importer",))
REFERENCE = Topic("halo.reference", 3, ("importer",))
FACTS = Topic("halo.integration-events", 3, ("sync-ticket.wake", "sync-crm.wake", "importer.wake"))

SOURCES: tuple[Topic, ...] = (
    COMMANDS,
    TICKETS,
    ACTIONS,
    COMPANIES,
    CONTACTS,
    OPPORTUNITIES,
    PROJECTS,
    ASSETS,
    REFERENCE,
    FACTS,
)
ALL: tuple[Topic, ...] = (*SOURCES, *(topic.dead_letters for topic in SOURCES))


def partition_of(tenant: str, partitions: int) -> int:
    """The partition of a tenant's commands and facts: producers and replays both ask here, so they always agree."""
    return crc32(tenant.encode()) % partitions
