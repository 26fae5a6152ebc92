"""`GET /Actions`: per ticket, or by a window of at most a day (docs/halo.md section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from halo_simulator.api.call import Answer, Call
from halo_simulator.api.listing import Listing, dump
from halo_simulator.api.ticket_detail import visible
from halo_simulator.data.actions import Action
from halo_simulator.data.catalogue import OUTCOMES
from halo_simulator.data.columns import FIRST_ID, LIVE
from halo_simulator.data.mix import guid
from halo_simulator.data.text import details_html
from halo_simulator.data.tickets import DAY
from halo_simulator.errors import HaloError
from halo_simulator.times import EMPTY_DATE

_SYSTEM = frozenset(key for key, _, _, system in OUTCOMES if system and key != 1)


async def list_actions(call: Call) -> Answer:
    """The newest first; without a ticket or a window there is nothing."""
    found = sorted((a for a in _candidates(call) if _passes(a, call)), key=lambda a: (a.at, a.ticket, a.id))
    shown = found[::-1][: call.params.integer("count", call.instance.config.actions_default_count)]
    rows = [dump(action_row(call, action, call.params.flag("includehtmlnote"))) for action in shown]
    return Listing("actions", rows, {"record_count": len(found)})


async def get_action(call: Call) -> Answer:
    """`GET /Actions/{id}?ticket_id=`: the id alone says nothing."""
    ticket = call.params.integer("ticket_id", 0)
    visible(call, ticket)
    found = next((a for a in call.instance.world.ledger.actions(ticket) if a.id == call.id()), None)
    if found is None:
        raise HaloError(404, "Not Found")
    return action_row(call, found, html=True)


def _candidates(call: Call) -> Iterator[Action]:
    """The actions of a ticket, or those inside the window."""
    ledger = call.instance.world.ledger
    ticket = call.params.integer("ticket_id", 0)
    if ticket:
        visible(call, ticket)
        yield from ledger.actions(ticket)
        return
    low = call.instance.times.read(call.params.text("startdate"))
    high = call.instance.times.read(call.params.text("enddate"))
    if low is not None and high is not None:
        yield from _window(call, low, min(high, low + DAY))


def _window(call: Call, low: int, high: int) -> Iterator[Action]:
    """The actions of visible tickets between two times."""
    ledger = call.instance.world.ledger
    columns = ledger.columns
    for n in range(len(columns)):
        if columns.acted[n] < low or columns.created[n] > high or columns.state[n] != LIVE:
            continue
        if call.viewer.sees(columns.team[n], columns.client[n]):
            yield from (action for action in ledger.actions(n + FIRST_ID) if low <= action.at <= high)


def _passes(action: Action, call: Call) -> bool:
    """The list's filters."""
    flag = call.params.flag
    return not (
        (flag("excludeprivate") and action.hidden)
        or (flag("excludesys") and action.outcome in _SYSTEM)
        or (flag("agentonly") and not action.agent)
        or (flag("conversationonly") and (action.hidden or action.outcome in _SYSTEM))
        or (flag("importantonly") and not action.important)
    )


def action_row(call: Call, action: Action, html: bool) -> dict[str, Any]:
    """An action as Halo shows it."""
    world, write = call.instance.world, call.instance.times.write
    at = write(action.at)
    row = {
        "ticket_id": action.ticket, "id": action.id, "guid": guid(world.seed, action.ticket * 1000 + action.id, 61),
        "outcome": world.name("outcome", action.outcome, "outcome"), "outcome_id": action.outcome,
        "who": action.who or _who(call, action), "who_type": 1 if action.agent else 2,
        "who_agentid": action.agent or -1,
        "actionby_agent_id": action.agent or -1, "actionby_user_id": action.user or -1,
        "actionby_application_id": action.application, "datetime": at, "actiondatecreated": at,
        "actionarrivaldate": EMPTY_DATE, "actioncompletiondate": at, "last_updated": at, "note": action.note,
        "timetaken": action.timetaken, "hiddenfromuser": action.hidden, "important": action.important,
        "old_status": action.old_status, "new_status": action.new_status,
        "new_status_name": world.name("status", action.new_status), "emailfrom": "", "emailto": "",
        "attachment_count": 0, "sendemail": False,
    }  # fmt: skip
    return row | ({"note_html": action.note_html or details_html(action.note)} if html else {})


def _who(call: Call, action: Action) -> str:
    """The author's name."""
    world = call.instance.world
    return world.name("agent", action.agent) if action.agent else world.contacts.name(action.user)
