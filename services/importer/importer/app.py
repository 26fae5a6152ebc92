"""importer: consumes Halo's reference lists, stores each as one document, and emits nothing but dead letters."""

from halobus.consumer import Consumer
from halobus.converge import Converge
from halobus.mapping import Mapping
from halobus.messages import REPLACE_REFERENCE
from halobus.service import Service
from halobus.settings import Settings, load
from halobus.streams import STREAMS, StreamName


def main() -> None:
    """Run until SIGTERM."""
    service = Service("importer", load(Settings))
    reference = STREAMS[StreamName.REFERENCE]

    # halo.reference becomes `reference`: a whole list is replaced at once; its id is its name.
    Consumer(service, reference, Mapping(REPLACE_REFERENCE, identity="name")).attach()

    # A new generation: deletes what is of an older one.
    Converge(service, reference).attach()

    service.run()
