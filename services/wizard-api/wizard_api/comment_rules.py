"""When a ticket takes no comment, and what can be done instead."""

from collections.abc import Mapping, Sequence
from typing import Any

from halobus.decisions import TicketSettings
from halobus.store import Database, Document
from wizard_api.problems import conflict


def check_open(ticket: Mapping[str, Any], settings: TicketSettings) -> None:
    """409 where the ticket counts as closed."""
    if ticket.get("status_id") in settings.closed_statuses:
        raise conflict(
            "ticket-closed",
            "The ticket is closed and takes no comments",
            "Open a new ticket and name this one's number, or ask the service desk to reopen it.",
        )


def chosen_outcome(settings: TicketSettings) -> int:
    """Halo's kind of action for comments; 409 while none was chosen."""
    if settings.comment_outcome is None:
        raise conflict(
            "no-comment-outcome",
            "Comments are not set up yet",
            "An administrator chooses the Halo outcome for comments in step 3 (`comment_outcome`).",
        )
    return settings.comment_outcome


async def where_merged(database: Database, id: str, seen: Sequence[Document]) -> None:
    """409 that names the ticket into which this one was merged, where the caller may see that; else nothing."""
    stub = await database.tickets.find_one({"_id": id, "state": "gone", "reason": "merged"}, {"merged_into": 1})
    into = (stub or {}).get("merged_into")
    if into is None:
        return
    target = {"_id": f"{id.rsplit(':', 1)[0]}:{into}"}
    if await database.tickets.find_one({"$and": [target, *seen]}, {"_id": 1}):
        raise conflict(
            "ticket-merged",
            f"The ticket was merged into ticket {into}",
            f"Read and comment on ticket {into}.",
            merged_into=into,
        )
