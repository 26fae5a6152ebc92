"""sync-crm: consumes Halo's clients and contacts, stores companies and people, and emits nothing but dead letters."""

from functools import partial

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import UPSERT_COMPANY, UPSERT_CONTACT
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName
from sync_crm import planner
from sync_crm.people import people_alone


def main() -> None:
    """Run until SIGTERM."""
    service = Service("sync-crm", load(Settings))
    companies, contacts = STREAMS[StreamName.COMPANIES], STREAMS[StreamName.CONTACTS]

    # halo.companies becomes `companies`: every client that Halo lists, linked to a portal's company or not.
    stored = Consumer(service, companies, Mapping(UPSERT_COMPANY))
    # halo.contacts becomes `contacts`: the people, and a stub of what is none, with what it is.
    stored.attach(Consumer(service, contacts, Mapping(UPSERT_CONTACT, judge=people_alone)))

    # A new generation: deletes what is of an older one. The planner's items follow their opportunities.
    planned = Converge(service, STREAMS[StreamName.OPPORTUNITIES], planner.follow)
    Converge(service, companies).attach(Converge(service, contacts), planned)
    service.loop("facts", partial(planner.announce, service.database, service.bus), every=1.0)

    service.run()
