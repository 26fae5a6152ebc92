"""The comments of a ticket that were written in the portal: commands without a run yet, and runs."""

from halobus.store import Database, Document
from wizard_api.comment_view import WriteBack

KIND = "ticket.comment"
_NEWEST = 200


async def of_ticket(database: Database, tenant: str, connection: str, ticket: int) -> list[WriteBack]:
    """The newest of them, in no order."""
    same = {"command.kind": KIND, "command.connection": connection, "command.ticket_id": ticket}
    # The runs come last: a command that is accepted meanwhile is then found among them.
    recorded = database.commands.find({"tenant": tenant, "accepted": False, **same})
    waiting = {document["command_id"]: _recorded(document) async for document in recorded}
    runs = database.runs.find({"tenant": tenant, "kind": KIND, **same}).sort("created", -1).limit(_NEWEST)
    return list({**waiting, **{document["_id"]: _run(document) async for document in runs}}.values())


async def one(database: Database, tenant: str, ticket: int, id: str) -> WriteBack | None:
    """One of a ticket's, by the id that its POST was answered with."""
    run = await database.runs.find_one({"_id": id, "tenant": tenant, "kind": KIND, "command.ticket_id": ticket})
    if run is not None:
        return _run(run)
    same = {"tenant": tenant, "command_id": id, "command.kind": KIND, "command.ticket_id": ticket}
    recorded = await database.commands.find_one(same)
    return _recorded(recorded) if recorded else None


def _recorded(document: Document) -> WriteBack:
    command = document["command"]
    return WriteBack(
        id=document["command_id"], text=command["text"], author=command["author"], written=document["recorded"]
    )


def _run(document: Document) -> WriteBack:
    command = document["command"]
    return WriteBack(
        id=document["_id"],
        text=command["text"],
        author=command["author"],
        written=document["created"],
        state=document["state"],
        problem=document.get("problem"),
        result=document.get("result") or {},
    )
