"""Which of Halo's contacts belong in the portal: people, at work or not any more."""

from collections.abc import Collection

from halobus.keys import RecordKey
from halobus.mapping import ConnectionKey, Content, Judge
from halobus.store import Database


async def people_alone(_database: Database, _connections: Collection[ConnectionKey]) -> Judge:
    """Keep the content of people. The reason for a stub is what the contact is: general_user, agent, …"""
    return no_person


def no_person(_key: RecordKey, contact: Content) -> str | None:
    """What the contact is instead, or None where it is a person."""
    kind = str(contact["kind"])
    return None if kind == "person" else kind
