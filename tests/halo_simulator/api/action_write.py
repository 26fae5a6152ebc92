"""`POST /Actions`: an outcome is needed, and the agent must have it (docs/halo.md section 7)."""

from __future__ import annotations

from starlette.responses import JSONResponse

from halo_simulator.api.actions import action_row
from halo_simulator.api.call import Answer, Call
from halo_simulator.api.fields import Fields
from halo_simulator.api.markup import kept
from halo_simulator.api.ticket_detail import visible
from halo_simulator.data.actions import Action
from halo_simulator.data.columns import DELETED, MERGED
from halo_simulator.errors import NO_ACCESS, NO_OUTCOME, BindingError, HaloError


async def post_actions(call: Call) -> Answer:
    """Adds the actions; answers the last one, or all with `returnall=true`. Posting twice makes two."""
    made = [_add(call, Fields(row, n)) for n, row in enumerate(await call.rows())]
    rows = [action_row(call, action, html=True) for action in made]
    return JSONResponse(rows if call.params.flag("returnall") else rows[-1], call.instance.config.created_status)


def _add(call: Call, fields: Fields) -> Action:
    """One new action, numbered inside its ticket."""
    ticket = fields.integer("ticket_id")
    if ticket is None:
        raise HaloError(400, "A Ticket ID must be entered for this Action")
    columns = visible(call, ticket)
    outcome = _outcome(call, fields)
    _check_open(call, columns, fields)
    action = _action(call, fields, ticket, outcome, columns)
    call.instance.world.ledger.act(action)
    if action.new_status:
        _close_or_open(call, ticket, action)
    return action


def _outcome(call: Call, fields: Fields) -> int:
    """The outcome by id or name, one that this application's agent may use."""
    rows = call.instance.world.lists["outcome"]
    key, name = fields.integer("outcome_id"), (fields.text("outcome") or "").lower()
    if key is None and not name:
        raise HaloError(400, NO_OUTCOME)
    found = rows.get(key) or next((row for row in rows.values() if name and row["outcome"].lower() == name), None)
    denied = call.instance.denied_outcomes.get(call.viewer.application.agent_id, frozenset())
    if found is None or found["systemuse"] or found["id"] in denied:
        raise HaloError(400, NO_ACCESS)
    return int(found["id"])


def _check_open(call: Call, columns: dict[str, int], fields: Fields) -> None:
    """Deleted and merged tickets take no action; closed ones only one that opens them."""
    if columns["state"] in (DELETED, MERGED):
        raise HaloError(400, "This Ticket has been merged or deleted")
    closed = call.instance.world.closed
    opens = fields.integer("new_status") not in (None, *closed)
    if call.instance.config.closed_refuses_actions and columns["status"] in closed and not opens:
        raise HaloError(400, "This Ticket is closed")


def _action(call: Call, fields: Fields, ticket: int, outcome: int, columns: dict[str, int]) -> Action:
    """The action from the posted fields."""
    world = call.instance.world
    existing = world.ledger.actions(ticket)
    hidden = fields.flag("hiddenfromuser")
    return Action(
        ticket=ticket,
        id=max((action.id for action in existing), default=0) + 1,
        at=call.instance.clock.now(),
        outcome=outcome,
        note=fields.text("note") or fields.text("note_html") or "",
        note_html=kept(call, fields.text("note_html") or ""),
        hidden=bool(world.lists["outcome"][outcome]["defaulthidefromuser"]) if hidden is None else hidden,
        agent=call.viewer.application.agent_id,
        user=0,
        who=fields.text("who") or "",
        timetaken=fields.number("timetaken") or 0.0,
        important=fields.flag("important") or False,
        old_status=columns["status"],
        new_status=_status(call, fields),
        application=call.viewer.application.client_id,
    )


def _status(call: Call, fields: Fields) -> int:
    """The status that the action sets; 0 for none."""
    value = fields.integer("new_status") or 0
    if value > 0 and value not in call.instance.world.lists["status"]:
        raise BindingError(f"[{fields.position}].new_status", value)
    return max(0, value)


def _close_or_open(call: Call, ticket: int, action: Action) -> None:
    """The closing date follows the status."""
    shut = action.new_status in call.instance.world.closed
    column, position = call.instance.world.ledger.columns.closed, call.instance.world.ledger.columns.position(ticket)
    column[position] = action.at if shut else 0
