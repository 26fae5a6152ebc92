"""sync-crm: consumes Halo's clients, contacts, opportunities and projects, and stores them; makes planner items."""

from functools import partial

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import UPSERT_COMPANY, UPSERT_CONTACT, UPSERT_OPPORTUNITY, UPSERT_PROJECT
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName
from sync_crm import planner
from sync_crm.people import people_alone


def main() -> None:
    """Run until SIGTERM."""
    service = Service("sync-crm", load(Settings))
    companies, contacts = STREAMS[StreamName.COMPANIES], STREAMS[StreamName.CONTACTS]
    opportunities, projects = STREAMS[StreamName.OPPORTUNITIES], STREAMS[StreamName.PROJECTS]

    # halo.companies becomes `companies`: every client that Halo lists, linked to a portal's company or not.
    stored = Consumer(service, companies, Mapping(UPSERT_COMPANY))
    # halo.contacts becomes `contacts`: the people, and a stub of what is none, with what it is.
    people = Consumer(service, contacts, Mapping(UPSERT_CONTACT, judge=people_alone))
    # halo.opportunities becomes `opportunities`, halo.projects `projects`: all that Halo shows, of any client.
    sales = Consumer(service, opportunities, Mapping(UPSERT_OPPORTUNITY))
    stored.attach(people, sales, Consumer(service, projects, Mapping(UPSERT_PROJECT)))

    # A new generation: deletes what is of an older one. The planner's items follow their opportunities.
    planned = Converge(service, opportunities, planner.follow)
    Converge(service, companies).attach(Converge(service, contacts), planned, Converge(service, projects))
    service.loop("facts", partial(planner.announce, service.database, service.bus), every=1.0)

    service.run()
