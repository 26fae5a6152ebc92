"""wizard-api: what people decide, the commands that follow from it, and what they see of it."""

import asyncio
from functools import partial

from halobus.service import Service
from halobus.settings import load
from wizard_api import api, deletion, facts, outbox, page, schedule, watch
from wizard_api.auth import Verifier
from wizard_api.configuration import WizardSettings
from wizard_api.context import Wizard
from wizard_api.requests import observed
from wizard_api.webhook import Webhook


def main() -> None:
    """Run until SIGTERM."""
    settings = load(WizardSettings)
    application = api.create()
    page.install(application, settings.page_dir)
    # Of use without Kafka: everything can be read, and what is asked is recorded and published when it is back.
    service = Service("wizard-api", settings, app=observed(application), needs_kafka_to_be_ready=False)
    wizard = Wizard(settings, service.database, service.bus, Verifier(settings))
    application.state.wizard = wizard

    if settings.webhook_url:
        Webhook(settings).attach(service)

    async def publish() -> None:
        await outbox.repeat(wizard)

    async def announce() -> None:
        await facts.announce(wizard)

    async def start_due() -> None:
        await schedule.tick(wizard)

    async def follow_connections() -> None:
        await deletion.follow(wizard.database)

    async def close_streams_at_the_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            wizard.closing.set()

    service.loop("outbox", publish, every=1.0)
    service.loop("facts", announce, every=1.0)
    service.loop("schedule", start_due, every=1.0)
    service.loop("connections", follow_connections, every=1.0)
    service.loop("watch groups", partial(watch.groups, service.bus), every=watch.LAG_SECONDS)
    service.loop("watch connections", partial(watch.connections, service.database), every=watch.STATE_SECONDS)
    service.loop("streams", close_streams_at_the_end, every=1.0)
    service.run()
