"""A small world of contacts, companies and portal users for the planning of accounts, and a portal that obeys facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from halobus.accounts import Account, AccountChoice
from halobus.decisions import SyncSettings
from halobus.host_portal import PortalRole, PortalUser
from halobus.messages import Contact, ReferenceItem
from importer.account_change import Change
from importer.account_counts import Tally
from importer.account_plan import Plan, after, plan
from importer.account_world import Link, World

TENANT, CONNECTION = "acme", "c1"
AUTO_ON = SyncSettings(auto_import=True, default_role="viewer")
_SWITCHES = {"user.suspended": False, "user.restored": True}
ROLES = {"viewer": "company", "editor": "company", "tech": "staff"}


def contact(id: int, email: str | None = None, client_id: int = 1, **fields: Any) -> Contact:
    """A person at a client of Halo's."""
    problem = None if email else fields.pop("email_problem", "blank")
    return Contact(id=id, client_id=client_id, name=f"Person {id}", email=email, email_problem=problem, **fields)


def user(id: str, email: str | None = None, **fields: Any) -> PortalUser:
    """A user whom somebody made in the portal."""
    return PortalUser(tenant=TENANT, id=id, name=id, email=email, **fields)


def agent(id: int, email: str | None, **fields: Any) -> ReferenceItem:
    attributes = {"email": email, "is_api_agent": fields.pop("is_api_agent", False)}
    return ReferenceItem(id=id, name=f"Agent {id}", attributes=attributes, **fields)


def world(**fields: Any) -> World:
    """One with auto-import on and company 1 linked, unless told otherwise."""
    known: dict[str, Any] = {"settings": AUTO_ON, "links": {1: Link(1)}, **fields}
    for name in ("contacts", "users"):
        known[name] = {each.id: each for each in known.get(name, [])}
    known["by_email"] = {each.email: each for each in known["users"].values() if each.email}
    roles = {id: PortalRole(tenant=TENANT, id=id, name=id, kind=kind) for id, kind in ROLES.items()}
    return World(TENANT, CONNECTION, **{"roles": roles, **known})


@dataclass
class Model:
    """A world that goes on: decisions and mirrors change, accounts follow, and the portal does as it is told."""

    world: World
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    untold: list[Change] = field(default_factory=list)
    told: list[Change] = field(default_factory=list)

    def change(self, **fields: Any) -> None:
        """Replace parts of the world."""
        users = fields.get("users", self.world.users)
        by_email = {each.email: each for each in users.values() if each.email}
        staff = {each.email: each for each in users.values() if each.email and (each.staff or each.primary_admin)}
        self.world = replace(self.world, **fields, by_email={**by_email, **staff})

    def contact(self, each: Contact) -> None:
        stubs = self.world.stubs - {each.id}
        self.change(contacts={**self.world.contacts, each.id: each}, stubs=stubs)

    def gone(self, id: int) -> None:
        left = {other: each for other, each in self.world.contacts.items() if other != id}
        self.change(contacts=left, stubs=self.world.stubs | {id})

    def choose(self, subject: str, **fields: Any) -> None:
        """A person's decision; without fields it is taken back."""
        self.now += timedelta(seconds=1)
        choice = AccountChoice(tenant=TENANT, connection=CONNECTION, subject=subject, by="a", at=self.now, **fields)
        left = {other: each for other, each in self.world.choices.items() if other != subject}
        self.change(choices={**left, subject: choice} if fields else left)

    def user(self, each: PortalUser) -> None:
        self.change(users={**self.world.users, each.id: each})

    def plan(self) -> Plan:
        return plan(self.world)

    def write(self, changes: Sequence[Change]) -> None:
        """As the engine does."""
        written = {each.email: each.after.revision + 1 for each in changes if each.after is not None}
        accounts = {
            email: account.model_copy(update={"revision": written.get(email, account.revision)})
            for email, account in after(self.world.accounts, changes).items()
        }
        self.untold += [each for each in changes if each.fact is not None]
        self.change(accounts=accounts)

    def converge(self, rounds: int = 4) -> int:
        """Write what is planned until nothing is; how many rounds that took."""
        for round in range(rounds):
            changes = self.plan().changes
            if not changes:
                return round
            self.write(changes)
        raise AssertionError(f"accounts still change after {rounds} rounds: {self.plan().changes}")

    def portal_listens(self) -> None:
        """The host portal hears all facts, as docs/host-portal.md asks of it."""
        for change in self.untold:
            data = change.told
            held = self.world.users.get(data["portal_user"])
            if change.fact == "user.created" and held is None and change.email not in self.world.by_email:
                self.user(user(data["portal_user"], change.email, role=data["role"]))
            elif held is not None and change.fact in _SWITCHES:
                self.user(held.model_copy(update={"active": _SWITCHES[change.fact]}))
            elif held is not None and change.fact == "user.changed" and "role" in data:
                self.user(held.model_copy(update={"role": data["role"]}))
            self.told.append(change)
        self.untold = []

    @property
    def accounts(self) -> dict[str, Account]:
        return dict(self.world.accounts)


def model(**fields: Any) -> Model:
    """A world that has settled: accounts are as they should be, and the portal knows."""
    made = Model(world(**fields))
    made.converge()
    made.portal_listens()
    made.converge()
    return made


def tally(it: Model, event: str = "auto") -> Tally:
    """How far an import is; ``auto`` is what the syncs bring."""
    return {each.event: each for each in it.plan().tallies}[event]


def state(it: Model, email: str = "a@x.example") -> str:
    """How the account of an address stands."""
    return it.accounts[email].state


def nonzero(counted: dict[str, int]) -> dict[str, int]:
    """The counts of a tally that are not 0, but for how many are done."""
    return {name: number for name, number in counted.items() if number and name != "done"}
