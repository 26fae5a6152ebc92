"""The reasons why a ticket is, or is not, in the portal: what they are called, and how they are said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from halobus.scope import outside
from wizard_api.connected import State
from wizard_api.names import Names
from wizard_api.scope_history import ScopeChange

Reason = Literal[
    "visible", "team", "status", "deleted", "merged", "not_visible", "retyped", "dead_lettered", "unreadable",
    "cleared", "not_read_yet", "not_connected", "switched_off",
]  # fmt: skip


class Explanation(BaseModel):
    """``sentence`` and ``remedy`` are for people. ``error``: what is wrong.

    ``version``, ``run``, ``trace``: of what came last of the ticket, and how. ``live``: Halo was asked just now, by the
    run ``asked``. ``expected_at``: when the sync ``reading``, which is under way, will have read it.
    """

    id: int
    here: bool
    reason: Reason
    sentence: str
    remedy: str = ""
    live: bool = False
    error: str | None = None
    merged_into: int | None = None
    changed: ScopeChange | None = None
    version: str | None = None
    run: str | None = None
    trace: str | None = None
    asked: str | None = None
    next_sync_at: datetime | None = None
    reading: str | None = None
    expected_at: datetime | None = None


def out_of_scope(id: int, ticket: Mapping[str, Any], state: State, names: Names) -> Explanation | None:
    """Why a ticket with this team and status is outside of the settings' scope; None where it is inside."""
    match outside(state.scope, ticket):
        case "team":
            named = names.of("teams", ticket.get("team_id"))
            team = f"team “{(named.name if named else None) or ticket.get('team') or ticket.get('team_id') or 'none'}”"
            sentence = f"The ticket belongs to {team}, which is not among the teams to sync."
            return Explanation(
                id=id, here=False, reason="team", sentence=sentence, remedy="Add the team in step 2, Sync."
            )
        case "status":
            named = names.of("statuses", ticket.get("status_id"))
            status = f"status “{(named.name if named else None) or ticket.get('status_id')}”"
            sentence = f"The ticket has the {status}, which is excluded from the sync."
            remedy = "Take the status out of Exclude Statuses in step 2, Sync."
            return Explanation(id=id, here=False, reason="status", sentence=sentence, remedy=remedy)
    return None


def gone(id: int, reason: str | None, merged_into: int | None = None, *, live: bool = False) -> Explanation:
    """A ticket that Halo no longer has, or does not show to the API agent."""
    match reason:
        case "merged":
            into = f" into ticket {merged_into}" if merged_into else ""
            sentence = f"The ticket was merged{into} in Halo."
            return Explanation(
                id=id, here=False, reason="merged", sentence=sentence, merged_into=merged_into, live=live,
                remedy="Look at the ticket it was merged into.",
            )  # fmt: skip
        case "deleted":
            return Explanation(
                id=id, here=False, reason="deleted", sentence="The ticket was deleted in Halo.", live=live
            )
        case "retyped":
            sentence = "What has this number in Halo is an opportunity or a project, no ticket any more."
            return Explanation(
                id=id, here=False, reason="retyped", sentence=sentence, live=live,
                remedy="Look at the opportunities and projects; as a ticket it comes back with its old type.",
            )  # fmt: skip
    return Explanation(
        id=id,
        here=False,
        reason="not_visible",
        sentence="Halo shows the API agent no ticket of this number: there is none, or the agent may not see it.",
        remedy="Check the number, and the agent's teams, clients and permissions in Halo.",
        live=live,
    )


def dead_lettered(id: int, reject: Mapping[str, Any]) -> Explanation:
    """A ticket whose newest version could not be stored."""
    return Explanation(
        id=id,
        here=False,
        reason="dead_lettered",
        sentence="The ticket's newest version came from Halo but could not be stored.",
        remedy="Correct it in Halo, or give this answer to whoever runs Halobus: it can be replayed.",
        error=reject["error"],
        version=reject["version"],
        run=reject.get("run"),
        trace=reject.get("trace"),
    )


def outside_when_read(id: int, reason: str) -> Explanation:
    """A stub, while Halo can't be asked where the ticket stands by now."""
    what = "team was not among the teams to sync" if reason == "team" else "status was excluded from the sync"
    sentence = f"When the ticket was last read, its {what}. Halo is disconnected, so that it can't be asked again."
    remedy = "Connect Halo again in step 1, Connect."
    return Explanation(
        id=id, here=False, reason="status" if reason == "status" else "team", sentence=sentence, remedy=remedy
    )


def switched_off(id: int) -> Explanation:
    """A ticket that no sync will bring, since none reads tickets."""
    return Explanation(
        id=id,
        here=False,
        reason="switched_off",
        sentence="The ticket is in Halo and in the scope, but ticket sync is switched off.",
        remedy="Switch on Enable Ticket Sync in step 2, Sync.",
    )


def cleared(id: int, document: Mapping[str, Any]) -> Explanation:
    """A ticket of an older generation: Clear & Resync was asked for and has not come to it yet."""
    sentence = "The tickets were cleared, and this one has not been read again yet."
    remedy = "Wait for the sync that is running, or start one."
    return Explanation(
        id=id, here=False, reason="cleared", sentence=sentence, remedy=remedy, version=document["version"]
    )


def not_read_yet(id: int, *, connected: bool) -> Explanation:
    """A ticket that Halo shows and the scope includes, but no sync has brought yet; or Halo can't be asked."""
    if not connected:
        sentence = "The ticket is not stored, and Halo is disconnected, so that it can't be asked."
        return Explanation(
            id=id,
            here=False,
            reason="not_connected",
            sentence=sentence,
            remedy="Connect Halo again in step 1, Connect.",
        )
    return Explanation(
        id=id,
        here=False,
        reason="not_read_yet",
        sentence="The ticket is in Halo and in the scope, but has not been read yet.",
        remedy="It comes with the next sync: wait for it, or start a Quick Sync.",
        live=True,
    )
