"""The connector: consumes ``halo.commands``, talks to Halo, publishes ``halo.<entity>`` and facts.

A command is accepted by any replica (``runs``); the holder of the tenant's lease carries it out.
"""

import os
import socket
from uuid import uuid4

from connector.acceptance import GROUP, Acceptance
from connector.facts import Announcer
from connector.holder import Holder
from connector.sessions import Sessions
from connector.settings import ConnectorSettings
from halobus import topics
from halobus.clock import SystemClock
from halobus.service import Service
from halobus.settings import load


def main() -> None:
    settings = load(ConnectorSettings)
    service = Service("connector", settings)
    sessions = Sessions(service.database, settings, SystemClock())
    holder = Holder(service.bus, sessions, f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}")
    acceptance = Acceptance(service.database, service.bus, holder.wake)
    announcer = Announcer(service.database, service.bus)

    service.bus.subscribe([topics.COMMANDS], GROUP, acceptance.handle)
    service.loop("hold leases", holder.run, every=1.0)
    service.loop("announce facts", announcer.sweep, every=15.0)
    service.run()
