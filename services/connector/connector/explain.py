"""One live read of a ticket: does Halo show it to the API agent, and where does it stand there?"""

from typing import Any

from connector.knowledge import Knowledge
from connector.lookup import Looked, Lookup
from connector.session import Session
from connector.source import Tickets
from halobus.messages import Gone, Ticket, Unreadable
from halobus.runs import Read
from halobus.streams import StreamName


async def explain(session: Session, knowledge: Knowledge, ticket_id: int) -> dict[str, Any]:
    """What the run's ``result`` says: found, and then team and status, or the reason why not. Stores nothing."""
    lookup = Lookup(session, Tickets(session.zone, knowledge), knowledge)
    read = Read(stream=StreamName.TICKETS, kind="repair")
    return _told(await lookup.look(read, ticket_id, interactive=True))


def _told(looked: Looked) -> dict[str, Any]:
    match looked.item.message:
        case Ticket() as ticket:
            return {"found": True, **ticket.model_dump(include={"team_id", "team", "status_id"})}
        case Gone() as gone:
            return {"found": looked.row is not None, "reason": gone.reason, "merged_into": gone.merged_into}
        case Unreadable() as unreadable:
            return {"found": True, "reason": "unreadable", "error": unreadable.reason}
        case _:
            return {"found": False, "reason": "not_visible", "merged_into": None}
