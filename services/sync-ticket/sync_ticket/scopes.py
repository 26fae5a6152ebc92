"""The scope of each connection, as its admin has set it in the wizard."""

from collections.abc import Collection

from halobus.decisions import SyncSettings
from halobus.keys import RecordKey
from halobus.mapping import ConnectionKey, Content, Judge
from halobus.scope import Scope, outside
from halobus.settings_schema import decided
from halobus.store import Database


async def read_scopes(database: Database, connections: Collection[ConnectionKey]) -> dict[ConnectionKey, Scope]:
    """Read wizard-api's ``settings`` once for all. Where nothing was chosen yet, everything is out of scope."""
    ids = {f"{each.tenant}:{each.connection}:sync": each for each in connections}
    scopes = dict.fromkeys(connections, Scope.of(SyncSettings()))
    async for document in database["settings"].find({"_id": {"$in": list(ids)}}):
        scopes[ids[document["_id"]]] = Scope.of(decided(SyncSettings, document))
    return scopes


async def judge_by_scope(database: Database, connections: Collection[ConnectionKey]) -> Judge:
    """Keep the content of what is in its connection's scope; the reason for a stub is "team" or "status"."""
    scopes = await read_scopes(database, connections)

    def judge(key: RecordKey, content: Content) -> str | None:
        return outside(scopes[ConnectionKey(key.tenant, key.connection)], content)

    return judge
