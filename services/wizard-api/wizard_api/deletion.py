"""Deleting a connection's data: marked in the transaction that decides it, carried out by the owners of the data.

Two ways lead here. *Disconnect and delete* raises every generation of the connection, so that nothing read before can
be seen or stored again, while what people decided stays for a later connection to the same Halo. *Replace* leaves the
connection for another instance: then its settings and decisions name what does not exist there, and go as well.
"""

from functools import partial

from halobus import log
from halobus.documents import Connection, Tenant
from halobus.store import Database, Document, Session, in_transaction
from halobus.streams import StreamName
from wizard_api import audit, generations
from wizard_api.connected import connections_of, tenant_of

ACTOR = "connection"
OF_ONE_HALO = ("settings", "company_links", "account_choices", "asset_choices", "planner_choices", "seen_lists")
"""What people decide of one Halo instance, in its own numbers."""
OWN_ITEM = "item/"
logger = log.get(__name__)


async def begin(database: Database, tenant: str, connection: str, session: Session) -> None:
    """Mark all of the connection as deleted: from here on nobody sees or stores what was read before."""
    await generations.raising(database, tenant, connection, list(StreamName))(session)
    # $getField and $setField, not paths: a connection's name may hold dots.
    name = {"$literal": connection}
    raised = {"$getField": {"field": name, "input": "$generations"}}
    held: Document = {"$ifNull": ["$erased", {}]}
    marked = {
        "erased": {"$setField": {"field": name, "input": held, "value": raised}},
        "deleted": {"$setUnion": [{"$ifNull": ["$deleted", []]}, [name]]},
        "deleted_draft": {"$ifNull": ["$drafts", 0]},
    }
    await database.connections.update_one({"_id": tenant}, [{"$set": marked}], session=session)


async def follow(database: Database) -> None:
    """One round of the loop: unmark what is connected again, and clear up after a connection that was left."""
    async for document in database.connections.find({"deleted": {"$type": "string"}}, {"draft": 0}):
        marks = Connection.model_validate({**document, "tenant": document["_id"]})
        await _unmark(database, marks, await tenant_of(database, marks.tenant))
    async for document in database.tenants.find({"left": {"$type": "string"}}, {"left": 1, "connection": 1}):
        await _clear_up(database, document["_id"], document["left"], document["connection"])


async def _unmark(database: Database, marks: Connection, known: Tenant) -> None:
    again = known.active is not None and known.active.draft_revision > marks.deleted_draft
    if again and known.connection in marks.deleted:
        same = {"_id": marks.tenant, "deleted_draft": marks.deleted_draft}
        await database.connections.update_one(same, {"$pull": {"deleted": known.connection}})
        with log.bind(tenant=marks.tenant):
            logger.info("connected_again", connection=known.connection)


async def _clear_up(database: Database, tenant: str, left: list[str], present: str) -> None:
    for connection in set(left) - set((await connections_of(database, tenant)).deleted):
        await in_transaction(database, partial(_leave, database, tenant, connection, present))
        with log.bind(tenant=tenant):
            logger.info("connection_left", connection=connection)


async def _leave(database: Database, tenant: str, connection: str, present: str, session: Session) -> None:
    """Delete what was decided of the connection, and have the wizard begin at what to sync."""
    of_it = {"tenant": tenant, "connection": connection}
    await _take_along(database, of_it, present, session)
    for collection in OF_ONE_HALO:
        await database[collection].delete_many(of_it, session=session)
    begun = {"$set": {"step": "sync", "completed": None, "next_sync_at": None}}
    mark = {**begun, "$addToSet": {"deleted": connection}}
    await database.connections.update_one({"_id": tenant}, mark, session=session)
    entry = audit.Entry(tenant, ACTOR, "connection.left", "connection", connection=connection)
    await audit.record(database, session, entry)


async def _take_along(database: Database, of_it: Document, present: str, session: Session) -> None:
    """A person's own planner items are not of that Halo: they go on, without its numbers."""
    own = {**of_it, "subject": {"$regex": f"^{OWN_ITEM}"}}
    for item in await database.planner_choices.find(own, session=session).to_list(None):
        id = f"{of_it['tenant']}:{present}:{item['subject']}"
        free: Document = {"client_id": None, "project": None, "project_name": None, "creation": None}
        moved = {**item, **free, "_id": id, "connection": present}
        await database.planner_choices.replace_one({"_id": id}, moved, upsert=True, session=session)
