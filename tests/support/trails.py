"""What a decision leaves behind: its entry in the audit log, and its fact on the topic."""

from halobus.messages import Fact
from halobus.store import Document
from halobus.topics import FACTS
from support.portal import Portal
from wizard_api import facts


async def audited(portal: Portal, tenant: str) -> list[Document]:
    """The tenant's entries in the audit log, oldest first."""
    return await portal.database.audit.find({"tenant": tenant}).sort("at", 1).to_list(None)


async def actions(portal: Portal, tenant: str) -> list[str]:
    """What was done, oldest first."""
    return [entry["action"] for entry in await audited(portal, tenant)]


async def facts_of(portal: Portal, tenant: str) -> list[Fact]:
    """The tenant's facts on the topic, as often as they were announced."""
    everything = [Fact.model_validate_json(record.value or b"") for record in await portal.read_all(FACTS)]
    return [fact for fact in everything if fact.tenant == tenant]


async def told(portal: Portal, tenant: str) -> list[Fact]:
    """Announce what wizard-api has to tell; the tenant's facts."""
    while await portal.database.audit.count_documents({"announced": False, "fact": {"$type": "string"}}):
        await facts.announce(portal.wizard)
    return await facts_of(portal, tenant)
