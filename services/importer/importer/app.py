"""importer: consumes Halo's reference lists, stores each as one document; makes devices of assets and tells of them."""

from functools import partial

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import REPLACE_REFERENCE, UPSERT_ASSET
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName
from importer.devices import announce, follow_assets

ANNOUNCE_SECONDS = 1.0


def main() -> None:
    """Run until SIGTERM."""
    service = Service("importer", load(Settings))
    reference = STREAMS[StreamName.REFERENCE]

    # halo.reference becomes `reference`: a whole list is replaced at once; its id is its name.
    stored = Consumer(service, reference, Mapping(REPLACE_REFERENCE, identity="name"))
    # halo.assets becomes `assets`: every asset that Halo lists, of a mapped company or not.
    stored.attach(Consumer(service, STREAMS[StreamName.ASSETS], Mapping(UPSERT_ASSET)))

    # A new generation: deletes what is of an older one.
    # `assets`, company links and what people decided become `devices`.
    devices = Converge(service, STREAMS[StreamName.ASSETS], follow_assets)
    Converge(service, reference).attach(devices)
    # Changed devices become facts, `devices.changed`.
    service.loop("device facts", partial(announce, service.database, service.bus), every=ANNOUNCE_SECONDS)

    service.run()
