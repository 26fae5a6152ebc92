"""Facts of wizard-api: audit entries that are facts are announced, then marked; in doubt again, under the same id."""

from halobus.messages import Fact
from halobus.store import Document
from wizard_api.context import Wizard

SOURCE = "wizard-api"
AT_ONCE = 100


async def announce(wizard: Wizard) -> None:
    """One round of the loop: send every fact that is not marked yet."""
    audit = wizard.database.audit
    for document in await audit.find({"announced": False, "fact": {"$type": "string"}}).sort("at", 1).to_list(AT_ONCE):
        await wizard.bus.send_fact(_fact(document), SOURCE)
        await audit.update_one({"_id": document["_id"]}, {"$set": {"announced": True}})


def _fact(document: Document) -> Fact:
    return Fact(
        id=document["_id"],
        type=document["fact"],
        tenant=document["tenant"],
        connection=document["connection"],
        at=document["at"],
        subject=document["subject"],
        data=document.get("data") or {},
    )
