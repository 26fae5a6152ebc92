"""sync-crm: consumes Halo's clients, stores them as companies, and emits nothing but dead letters."""

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import UPSERT_COMPANY
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName


def main() -> None:
    """Run until SIGTERM."""
    service = Service("sync-crm", load(Settings))
    companies = STREAMS[StreamName.COMPANIES]

    # halo.companies becomes `companies`: every client that Halo lists, linked to a portal's company or not.
    Consumer(service, companies, Mapping(UPSERT_COMPANY)).attach()

    # A new generation: deletes what is of an older one.
    Converge(service, companies).attach()

    service.run()
