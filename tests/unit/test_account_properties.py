"""Whatever happens in whatever order: what people decided stays, no account is doubled, nobody is locked out."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from halobus.account_policy import is_staff, obstacle
from halobus.host_portal import PortalUser
from importer.account_world import Link
from support.worlds import AUTO_ON, ROLES, Model, agent, contact, user, world

EMAILS = ("a@x.example", "b@x.example", "c@x.example", "d@x.example")
MINE = ("u1", "u2", "u3")
AGENTS = {5: agent(5, EMAILS[0]), 6: agent(6, "six@msp.example"), 7: agent(7, None)}

ids, emails, clients = st.integers(1, 4), st.sampled_from((*EMAILS[:3], None)), st.integers(1, 3)
roles, flags = st.sampled_from(sorted(ROLES)), st.booleans()
EVENTS = st.one_of(
    st.tuples(st.just("contact"), ids, emails, clients, flags, flags),
    st.tuples(st.just("gone"), ids),
    st.tuples(st.just("link"), clients, flags, flags),
    st.tuples(st.just("unlink"), clients),
    st.tuples(st.just("choose"), ids, st.sampled_from((*MINE, None))),
    st.tuples(st.just("import agent"), st.sampled_from(sorted(AGENTS)), st.sampled_from((*MINE, None))),
    st.tuples(st.just("new user"), st.sampled_from(MINE), st.sampled_from(EMAILS), flags),
    st.tuples(st.just("edit user"), st.integers(0, 9), st.sampled_from(("role", "active", "staff", "primary_admin"))),
    st.tuples(st.just("role"), st.sampled_from(EMAILS), roles),
    st.tuples(st.just("company role"), clients, roles),
    st.tuples(st.just("settings"), flags, flags, st.sampled_from(("viewer", "editor", "tech", "deleted"))),
    st.tuples(st.just("whole"), flags),
    st.tuples(st.just("portal listens")),
    st.tuples(st.just("converge")),
)


class People:
    """What people do, and what they have decided of each portal user, field by field."""

    def __init__(self) -> None:
        self.model = Model(world(agents=AGENTS, links={}))
        self.decided: dict[str, dict[str, Any]] = {}

    def do(self, event: tuple[Any, ...]) -> None:
        kind, *rest = event
        acts: dict[str, Callable[..., None]] = {
            "contact": self._contact,
            "gone": self.model.gone,
            "link": self._link,
            "unlink": self._unlink,
            "choose": lambda id, who: self.model.choose(f"contact/{id}", **({"portal_user": who} if who else {})),
            "import agent": self._agent,
            "new user": self._new_user,
            "edit user": self._edit_user,
            "role": self._role,
            "company role": lambda company, role: self.model.choose(f"company/{company}", role=role),
            "settings": self._settings,
            "whole": lambda whole: self.model.change(whole=whole),
            "portal listens": self.model.portal_listens,
            "converge": lambda: None,
        }
        acts[kind](*rest)

    def _contact(self, id: int, email: str | None, client: int, inactive: bool, important: bool) -> None:
        self.model.contact(contact(id, email, client, inactive=inactive, important=important))

    def _link(self, company: int, event: bool, imported: bool) -> None:
        link = Link(company, "E" if event else None, imported)
        links = {**self.model.world.links, company: link}
        self.model.change(links=links, open_events=frozenset({"E"} if event else self.model.world.open_events))

    def _unlink(self, company: int) -> None:
        self.model.change(links={id: link for id, link in self.model.world.links.items() if id != company})

    def _agent(self, id: int, who: str | None) -> None:
        self.model.choose(f"agent/{id}", **({"portal_user": who} if who else {"role": "tech", "batch": "B"}))

    def _new_user(self, id: str, email: str, staff: bool) -> None:
        """A person makes a user; the portal itself never has two with one address."""
        if id not in self.model.world.users and email not in self.model.world.by_email:
            self.model.user(user(id, email, role="tech" if staff else "viewer", staff=staff))
            self.decided[id] = self.model.world.users[id].model_dump()

    def _edit_user(self, which: int, field: str) -> None:
        if not self.model.world.users:
            return
        held = sorted(self.model.world.users.values(), key=lambda each: each.id)[which % len(self.model.world.users)]
        value = ("editor" if held.role != "editor" else "tech") if field == "role" else not getattr(held, field)
        self.model.user(held.model_copy(update={field: value}))
        self.decided.setdefault(held.id, {})[field] = value

    def _role(self, email: str, role: str) -> None:
        """A person's choice here is later than one in the portal, so that it counts from now on."""
        self.model.choose(f"account/{email}", role=role)
        account = self.model.world.accounts.get(email)
        if account is not None and account.made and account.portal_user is not None:
            self.decided.get(account.portal_user, {}).pop("role", None)

    def _settings(self, auto: bool, users: bool, role: str) -> None:
        self.model.change(
            settings=AUTO_ON.model_copy(update={"auto_import": auto, "users": users, "default_role": role})
        )


def check(people: People) -> None:
    model = people.model
    assert model.converge(rounds=6) >= 0
    assert model.converge() == 0, "converging twice changes nothing"
    accounts = list(model.accounts.values())
    standing = [account for account in accounts if account.state != "offered"]
    made = [account.portal_user for account in standing if account.made]
    assert len(made) == len(set(made)), "one portal user is asked for once"
    assert len({email.lower() for email in model.accounts}) == len(accounts)
    seats = [id for account in standing for id in account.contacts]
    assert len(seats) == len(set(seats)), "a contact has one account"
    for account in standing:
        locked_out(people, account.email)
    for tally in model.plan().tallies:
        counted = tally.counted()
        assert sum(number for name, number in counted.items() if name not in ("total", "done")) == counted["done"]
        assert counted["done"] == counted["total"] or tally.hold is not None, (
            f"{tally}: nobody knows why it is not done"
        )


def locked_out(people: People, email: str) -> None:
    """Nobody is who has an active contact, or whom we did not make."""
    model = people.model
    account = model.accounts[email]
    active = [id for id in account.contacts if id in model.world.contacts and not model.world.contacts[id].inactive]
    if active or not account.made or account.kind == "agent":
        assert account.state == "active", account
    for id in active:
        assert obstacle(model.world.contacts[id]) != "inactive"


def untouched(people: People, before: dict[str, PortalUser]) -> None:
    """After the portal heard all facts: what people decided is as they left it; facts never reach who is not ours."""
    for id, fields in people.decided.items():
        held = people.model.world.users[id]
        for name, value in fields.items():
            if name == "active" and id not in MINE:
                # Whom we made and suspended may be off although a person had switched them on before.
                assert held.active == value or not held.active
                continue
            assert getattr(held, name) == value, f"{name} of {id} was decided by a person"
    for change in people.model.untold:
        user = before.get(change.told["portal_user"])
        if change.fact == "user.suspended" and user is not None:
            assert not is_staff(user)
            assert user.id not in MINE


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=30))
def test_whatever_happens_what_people_decided_stays_and_nobody_is_doubled_or_locked_out(
    events: list[tuple[Any, ...]],
) -> None:
    people = People()
    for event in [*events, ("settings", True, True, "viewer")]:
        people.do(event)
        if event[0] in ("converge", "portal listens", "settings"):
            check(people)
            untouched(people, dict(people.model.world.users))
    people.model.portal_listens()
    check(people)
    untouched(people, dict(people.model.world.users))


ONCE = st.fixed_dictionaries(
    {
        "contacts": st.lists(st.tuples(emails, clients, flags), min_size=1, max_size=4),
        "linked": st.sets(clients),
        "staff": flags,
        "theirs": st.sets(st.sampled_from(EMAILS[:2])),
    }
)


@settings(max_examples=100, deadline=None)
@given(ONCE, st.data())
def test_the_order_of_what_arrives_does_not_matter_for_the_end(final: dict[str, Any], data: st.DataObject) -> None:
    theirs = [user(f"u{n}", email, staff=final["staff"]) for n, email in enumerate(sorted(final["theirs"]))]
    events = [("contact", n, *each, False) for n, each in enumerate(final["contacts"], 1)]
    events += [("link", company, False, False) for company in sorted(final["linked"])]
    ends = []
    for order in (events, data.draw(st.permutations(events))):
        people = People()
        for each in theirs:
            people.model.user(each)
        for event in order:
            people.do(event)
            people.model.converge()
            people.model.portal_listens()
        people.model.converge()
        told = ("portal_user", "made", "state", "contacts", "companies", "role")
        ends.append({email: [getattr(each, name) for name in told] for email, each in people.model.accounts.items()})
    assert ends[0] == ends[1]


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, min_size=5, max_size=25), st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_a_process_that_ends_between_two_writes_loses_nothing(events: list[tuple[Any, ...]], cuts: list[int]) -> None:
    """Any part of a plan may have been written when the next one is made: the end is the same."""
    whole, broken = People(), People()
    for event in events:
        whole.do(event)
        broken.do(event)
    whole.model.converge()
    for cut in cuts:
        broken.model.write(broken.model.plan().changes[:cut])
    broken.model.converge()
    assert broken.model.accounts.keys() == whole.model.accounts.keys()
    same = {"revision"}
    for email, account in whole.model.accounts.items():
        assert broken.model.accounts[email].model_dump(exclude=same) == account.model_dump(exclude=same)
    told = [sorted((each.email, str(each.fact)) for each in people.model.untold) for people in (whole, broken)]
    assert told[0] == told[1], "every fact once"
    counts = [[tally.counted() for tally in people.model.plan().tallies] for people in (whole, broken)]
    assert counts[0] == counts[1]
