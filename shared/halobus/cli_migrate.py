"""``halobus migrate``: topics and indexes as declared, and more partitions where they are asked for."""

from collections.abc import Mapping

from halobus import store
from halobus.cli_resume import audit_entry, written_now
from halobus.grow import grow
from halobus.migrate import migrate
from halobus.settings import Settings
from halobus.topics import Topic


async def migrate_all(settings: Settings, partitions: Mapping[Topic, int]) -> list[str]:
    """Do what is needed and say each thing done, which the audit log keeps."""
    done = [*await migrate(settings), *(await grow(settings, partitions) if partitions else [])]
    if done:
        database = store.connect(settings)
        try:
            entry = audit_entry("migrate", "topics and indexes", None, done)
            await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True)
        finally:
            store.close(database)
    return done
