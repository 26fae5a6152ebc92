"""sync-ticket: consumes tickets and their comments, stores what is in scope, and emits nothing but dead letters."""

from functools import partial

from halobus.consumer import Consumer
from halobus.converge import HOUR, Converge
from halobus.mapping import Mapping
from halobus.messages import REPLACE_COMMENTS, UPSERT_TICKET
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName
from sync_ticket.hiding import follow_scope
from sync_ticket.orphans import clear_past, delete_orphans
from sync_ticket.scopes import judge_by_scope


def main() -> None:
    """Run until SIGTERM."""
    service = Service("sync-ticket", load(Settings))
    tickets = STREAMS[StreamName.TICKETS]

    # halo.tickets becomes `tickets`: the whole ticket, or a stub with the reason why it is out of scope or gone.
    stored = Consumer(service, tickets, Mapping(UPSERT_TICKET, places=("team_id", "status_id"), judge=judge_by_scope))
    # halo.actions becomes `comments`: all that a client may read of one ticket, replaced at once.
    comments = Consumer(service, STREAMS[StreamName.COMMENTS], Mapping(REPLACE_COMMENTS))
    stored.attach(comments)

    # A changed scope or generation: hides, shows and in time empties tickets that no record has moved since.
    Converge(service, tickets, follow_scope, clear_past).attach()
    # Comments are seen by way of their ticket alone; those of tickets that have left are deleted later.
    service.loop("orphans", partial(delete_orphans, service.database), every=HOUR)

    service.run()
