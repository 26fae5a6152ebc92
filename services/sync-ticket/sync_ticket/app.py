"""sync-ticket: consumes tickets, stores those in scope and a stub of the others, and emits nothing but dead letters."""

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import UPSERT_TICKET
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName
from sync_ticket.hiding import follow_scope
from sync_ticket.scopes import judge_by_scope


def main() -> None:
    """Run until SIGTERM."""
    service = Service("sync-ticket", load(Settings))
    tickets = STREAMS[StreamName.TICKETS]

    # halo.tickets becomes `tickets`: the whole ticket, or a stub with the reason why it is out of scope or gone.
    Consumer(service, tickets, Mapping(UPSERT_TICKET, places=("team_id", "status_id"), judge=judge_by_scope)).attach()

    # A changed scope or generation: hides, shows and in time empties tickets that no record has moved since.
    Converge(service, tickets, follow_scope).attach()

    service.run()
