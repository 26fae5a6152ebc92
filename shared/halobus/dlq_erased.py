"""Which dead letters are of what was erased: nobody may read them or put them back, until Kafka deletes them."""

from collections.abc import Sequence

from halobus import version
from halobus.dlq_letters import Letter
from halobus.erasures import People, people
from halobus.keys import RecordKey, parse_record_key
from halobus.presence import Presence, presences
from halobus.store import Database
from halobus.streams import BY_TOPIC, StreamName


async def erased_letters(database: Database, letters: Sequence[Letter]) -> set[str]:
    """The ids of those whose tenant, connection or person was erased since. Raises the driver's errors."""
    tenants = {letter.tenant for letter in letters if letter.tenant is not None}
    known, persons = await presences(database, tenants), await people(database, tenants)
    return {letter.id for letter in letters if _is_erased(letter, known.get(letter.tenant or ""), persons)}


def _is_erased(letter: Letter, presence: Presence | None, persons: People) -> bool:
    if presence is None:
        return False
    if presence.erased_at is not None and letter.at <= presence.erased_at:
        return True
    stream, key = BY_TOPIC.get(letter.topic.name), _key(letter)
    if stream is None or key is None:
        return False
    held = presence.holds(key.connection, stream.name, _version(letter))
    return not held or (stream.name is StreamName.CONTACTS and tuple(key) in persons)


def _key(letter: Letter) -> RecordKey | None:
    try:
        return parse_record_key(letter.record.key)
    except ValueError:
        return None


def _version(letter: Letter) -> str | None:
    try:
        return str(version.parse(letter.headers.get("ce_recordversion", "")))
    except ValueError:
        return None
