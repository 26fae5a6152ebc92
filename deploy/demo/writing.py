"""From the portal into Halo, exactly once: an opportunity from a planner item, and a comment on a ticket."""

import secrets
import time
from typing import Any

from demo.awaiting import until
from demo.check import Figure
from demo.choosing import SETTINGS, listed
from demo.errors import DemoError
from demo.parts import Parts
from demo.place import TENANT
from halobus.decisions import OpportunitySettings

PATIENCE = 30.0
KIND = "Managed Services"
TITLE, TEXT = "Forty laptops for the new office", "Thank you, it prints again."


async def opportunity(parts: Parts) -> Figure:
    """Plan something, and make an opportunity of it; the click comes twice, as from an impatient finger."""
    await parts.api.replace(f"{SETTINGS}/opportunities", (await _defaults(parts)).model_dump(mode="json"))
    company = min(row["id"] for row in await parts.halo.rows("client") if not row["inactive"] and row["id"] > 1)
    item = {"title": TITLE, "description": "Planned in the portal.", "value": 36_000, "client_id": company}
    planned = await parts.api.post("/planner/items", item)
    key, began = secrets.token_hex(8), time.monotonic()
    made = await parts.api.post("/opportunities", {"item": planned["id"]}, wait=25, key=key)
    seconds = time.monotonic() - began
    again = await parts.api.post("/opportunities", {"item": planned["id"]}, wait=25, key=key)
    number = made["opportunity"]
    theirs = [row["id"] async for row in parts.halo.tickets("opps") if row["summary"] == TITLE]
    once = theirs == [number] == [again["opportunity"]]
    parts.view.say(f"“{TITLE}” is opportunity {number} in Halo {seconds:.1f} s after the click, with all defaults.")
    held = await _mirrored(parts, number)
    text = f"clicked twice, {len(theirs)} in Halo, {held} in the mirror"
    return Figure("opportunity from the planner", once and held == 1, text)


async def _defaults(parts: Parts) -> OpportunitySettings:
    """Step 3 for opportunities, from Halo's own lists."""
    workflows = await listed(parts, "workflows")
    flow = next(each for each in workflows if each["attributes"].get("stages"))
    types = await listed(parts, "ticket-types")
    levels = {item["attributes"]["level"]: item["id"] for item in reversed(await listed(parts, "categories"))}
    return OpportunitySettings(
        workflow_id=flow["id"],
        stage_id=flow["attributes"]["stages"][0]["id"],
        type=KIND,
        ticket_type_id=next(each["id"] for each in types if each["attributes"].get("domain") == "opps"),
        probability=40,
        categories=[levels[level] for level in (1, 2, 3, 4)],
    )


async def _mirrored(parts: Parts, number: int) -> int:
    """How many documents of it there are, once there is one."""
    wanted = {"tenant": TENANT, "state": "live", "content.id": number}

    async def there() -> bool:
        return await parts.database.opportunities.count_documents(wanted) > 0

    await until(there, seconds=PATIENCE, every=0.1)
    return await parts.database.opportunities.count_documents(wanted)


async def comment(parts: Parts, ticket: int) -> Figure:
    """A client answers; Halo must have it as one public action."""
    began = time.monotonic()
    sent = await parts.api.post(f"/tickets/{ticket}/comments", {"text": TEXT}, key=secrets.token_hex(8))
    shown: dict[str, Any] = {}

    async def over() -> bool:
        shown.update(await parts.api.get(f"/tickets/{ticket}/comments/{sent['id']}"))
        return bool(shown["state"] != "sending")

    if not await until(over, seconds=PATIENCE, every=0.1):
        raise DemoError(f"the comment on ticket {ticket} is still on its way after {PATIENCE:.0f} s")
    seconds = time.monotonic() - began
    actions = [each for each in await parts.halo.actions(ticket) if TEXT in each["note"]]
    public = [each for each in actions if not each["hidden"]]
    parts.view.say(f"“{TEXT}” stands in ticket {ticket} in Halo {seconds:.1f} s after the click, as {shown['state']}.")
    right = shown["state"] == "sent" and len(actions) == len(public) == 1
    return Figure("comment from the portal", right, f"{len(public)} in Halo, {seconds:.1f} s after the click")
