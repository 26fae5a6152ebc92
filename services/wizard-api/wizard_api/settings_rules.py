"""What settings may say: pure rules over the new settings, the other kind's, and what is known of Halo."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from halobus.decisions import SyncSettings, TicketSettings
from halobus.host_portal import PortalRole
from halobus.messages import ReferenceItem
from wizard_api.roles import unfit_for_contacts

Problem = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """Names by id of Halo's teams and statuses; None while the list was never read.

    ``outcomes``: by id, why a comment can't be made with it, or None where it can. ``roles``: of the host portal.
    ``kept``: roles that the settings name already; one that was deleted since is told of, and holds up no other change.
    """

    teams: Mapping[int, str] | None = None
    statuses: Mapping[int, str] | None = None
    outcomes: Mapping[int, str | None] | None = None
    roles: Mapping[str, PortalRole] = field(default_factory=dict)
    kept: Collection[str] = frozenset()

    def status(self, id: int) -> str:
        """A status as an admin knows it."""
        return f"“{name}”" if (name := (self.statuses or {}).get(id)) else f"status {id}"


@dataclass
class Verdict:
    """``errors`` (field, message) forbid the change; ``warnings`` only tell."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_sync(new: SyncSettings, tickets: TicketSettings, known: Known) -> Verdict:
    """Step 2 of the wizard."""
    verdict = Verdict()
    if new.tickets and not new.teams:
        verdict.errors.append(("teams", 'is empty: choose the teams to sync, or "all" for all teams'))
    if new.teams != "all":
        verdict.errors += _unknown("teams", new.teams, known.teams, "team")
    verdict.errors += _unknown("excluded_statuses", new.excluded_statuses, known.statuses, "status")
    verdict.errors += _auto_import(new, known)
    if tickets.client_comment_status in new.excluded_statuses and tickets.client_comment_status is not None:
        name = known.status(tickets.client_comment_status)
        verdict.errors.append(
            (
                "excluded_statuses",
                f"holds {name}, the Client Comment Status: a commented ticket would vanish; take it out",
            )
        )
    verdict.warnings += _excluded_and_used(new, tickets, known)
    verdict.warnings += [] if verdict.errors else role_warnings(new, known)
    if not new.tickets:
        verdict.warnings.append(_switched_off(new))
    return verdict


def _switched_off(new: SyncSettings) -> str:
    if not new.teams:
        return "Ticket sync is off and no team is chosen: stored tickets are kept, but none is shown."
    return "Ticket sync is off: tickets that are stored stay as they are and are no longer synced."


def check_tickets(new: TicketSettings, sync: SyncSettings, known: Known) -> Verdict:
    """Step 3 of the wizard, for tickets."""
    verdict = Verdict()
    verdict.errors += _unknown("closed_statuses", new.closed_statuses, known.statuses, "status")
    for stage, statuses in new.stages.items():
        verdict.errors += _unknown(f"stages.{stage}", statuses, known.statuses, "status")
    comment = new.client_comment_status
    if comment is not None:
        verdict.errors += _unknown("client_comment_status", [comment], known.statuses, "status")
        if comment in sync.excluded_statuses:
            message = (
                f"{known.status(comment)} is excluded from the sync: a commented ticket would vanish; choose another"
            )
            verdict.errors.append(("client_comment_status", message))
        if comment in new.closed_statuses:
            verdict.warnings.append(f"A client's comment sets {known.status(comment)}, which counts as closed.")
    verdict.errors += _comment_outcome(new.comment_outcome, known)
    verdict.warnings += _excluded_and_used(sync, new, known)
    return verdict


def unfit_for_comments(outcome: ReferenceItem) -> str | None:
    """Why a client's comment can't be made with this outcome of Halo's, or None where it can."""
    if outcome.attributes.get("hidden_from_user"):
        return "is private in Halo: the client would not see the comment"
    if outcome.attributes.get("system"):
        return "is Halo's own: nobody else can use it"
    return "is inactive in Halo" if outcome.inactive else None


def _comment_outcome(outcome: int | None, known: Known) -> list[Problem]:
    if outcome is None or known.outcomes is None:
        return []
    wrong = _unknown("comment_outcome", [outcome], known.outcomes, "outcome")
    unfit = known.outcomes.get(outcome)
    return wrong or ([("comment_outcome", f"{unfit}; choose another")] if unfit else [])


def _unknown(field: str, ids: Collection[int], known: Mapping[int, object] | None, what: str) -> list[Problem]:
    wrong = sorted(set(ids) - known.keys()) if known is not None else []
    if not wrong:
        return []
    numbers = ", ".join(map(str, wrong))
    return [(field, f"names {what} {numbers}, which Halo does not have: take it out, or Sync PSA Data if it is new")]


def _auto_import(new: SyncSettings, known: Known) -> list[Problem]:
    """The roles must be there, also while auto-import is off: it may be switched on later."""
    wrong = [(name, message) for name, role, message in _unfit(new, known) if role not in known.kept]
    if new.auto_import and not new.default_role:
        wrong.append(("default_role", "is needed for auto-import: choose the role of imported contacts"))
    return wrong


def role_warnings(sync: SyncSettings, known: Known) -> list[str]:
    """What is wrong with settings that were right when they were saved: a role was deleted, or Sync Users is off."""
    lines = [f"{name}: {message}. Until then nobody gets that role." for name, _, message in _unfit(sync, known)]
    if sync.auto_import and not sync.users:
        lines.append("Auto-Import waits: Sync Users is off, and contacts come with the users.")
    return lines


def roles_in(sync: SyncSettings) -> frozenset[str]:
    """The roles that settings name."""
    return frozenset({*([sync.default_role] if sync.default_role else []), *sync.contact_type_roles.values()})


def _unfit(sync: SyncSettings, known: Known) -> list[tuple[str, str, str]]:
    """Field, role and what is wrong with it."""
    of_types = [(f"contact_type_roles.{name}", role) for name, role in sync.contact_type_roles.items()]
    roles = [*([("default_role", sync.default_role)] if sync.default_role else []), *of_types]
    found = [(name, role, unfit_for_contacts(role, known.roles)) for name, role in roles]
    return [(name, role, message) for name, role, message in found if message]


def _excluded_and_used(sync: SyncSettings, tickets: TicketSettings, known: Known) -> list[str]:
    lines = []
    for status in sync.excluded_statuses:
        stage = tickets.stage_of(status)
        uses = [f"mapped to the stage {stage.value}"] if stage else []
        uses += ["listed as closed"] if status in tickets.closed_statuses else []
        if uses:
            lines.append(
                f"{known.status(status)} is excluded from the sync but {' and '.join(uses)}: no ticket shows it."
            )
    return lines
