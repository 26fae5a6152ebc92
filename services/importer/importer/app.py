"""importer: stores Halo's reference lists; makes accounts of contacts and agents, devices of assets; tells of both."""

from functools import partial

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import REPLACE_REFERENCE, UPSERT_ASSET
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName
from importer import account_facts
from importer.account_retiring import retire
from importer.accounts import converge_accounts
from importer.devices import announce, follow_assets

ANNOUNCE_SECONDS = 1.0
RETIRE_SECONDS = 5.0


def main() -> None:
    """Run until SIGTERM."""
    service = Service("importer", load(Settings))
    reference = STREAMS[StreamName.REFERENCE]

    # halo.reference becomes `reference`: a whole list is replaced at once; its id is its name.
    stored = Consumer(service, reference, Mapping(REPLACE_REFERENCE, identity="name"))
    # halo.assets becomes `assets`: every asset that Halo lists, of a mapped company or not.
    stored.attach(Consumer(service, STREAMS[StreamName.ASSETS], Mapping(UPSERT_ASSET)))

    # A new generation: deletes what is of an older one.
    # `contacts`, agents, company links and what people decided become `accounts`; how far that is stands in `imports`.
    # `assets`, company links and what people decided become `devices`.
    devices = Converge(service, STREAMS[StreamName.ASSETS], follow_assets)
    Converge(service, reference, converge_accounts).attach(devices)
    # Changed devices become facts, `devices.changed`.
    service.loop("device facts", partial(announce, service.database, service.bus), every=ANNOUNCE_SECONDS)
    # Accounts made, linked, suspended or restored become facts, `user.*`, and the end of an import `import.*`.
    tell = partial(account_facts.announce, service.database, service.bus)
    service.loop("account facts", tell, every=ANNOUNCE_SECONDS)
    # Where a connection's data is to go, the accounts that we made are suspended and all ties to Halo forgotten.
    service.loop("account retiring", partial(retire, service.database), every=RETIRE_SECONDS)

    service.run()
