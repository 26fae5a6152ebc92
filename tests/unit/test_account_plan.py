"""Who gets an account and with which role: the rules of Contact Auto-Import, one by one."""

from typing import Any

import pytest

from halobus.decisions import SyncSettings
from importer.account_world import Link
from support.worlds import AUTO_ON, Model, contact, model, nonzero, state, tally, user, world


def test_active_contacts_of_a_linked_company_become_accounts_with_the_default_role() -> None:
    people = [
        contact(1, "a@x.example"), contact(2), contact(3, email_problem="invalid"),
        contact(4, "b@x.example", inactive=True), contact(5, "c@x.example", client_id=2),
    ]  # fmt: skip
    it = model(contacts=people)
    [made] = it.accounts.values()
    assert (made.email, made.made, made.role, made.role_from, made.contacts, made.companies) == (
        "a@x.example", True, "viewer", "default", [1], [1]
    )  # fmt: skip
    told = nonzero(tally(it).counted())
    assert told == {"total": 4, "created": 1, "without_email": 1, "invalid_email": 1, "inactive": 1}
    assert [change.fact for change in it.told] == ["user.created"]


def test_later_comes_who_gets_an_address_becomes_active_or_whose_company_is_linked() -> None:
    it = model(contacts=[contact(1), contact(2, "b@x.example", inactive=True), contact(3, "c@x.example", client_id=2)])
    assert it.accounts == {}
    it.contact(contact(1, "a@x.example"))
    it.contact(contact(2, "b@x.example"))
    it.change(links={**it.world.links, 2: Link(2)})
    it.converge()
    assert sorted(it.accounts) == ["a@x.example", "b@x.example", "c@x.example"]


def test_the_role_comes_from_the_company_then_the_contacts_type_then_the_default() -> None:
    settings = AUTO_ON.model_copy(update={"contact_type_roles": {"important": "editor"}})
    people = [contact(1, "a@x.example"), contact(2, "b@x.example", important=True)]
    it = model(contacts=[], settings=settings, links={1: Link(1), 2: Link(2), 3: Link(3)})
    it.choose("company/2", role="editor")
    it.choose("company/3", role="tech")
    for each in [*people, contact(3, "c@x.example", 2), contact(4, "d@x.example", 3)]:
        it.contact(each)
    it.converge()
    assert {email: (each.role, each.role_from) for email, each in it.accounts.items()} == {
        "a@x.example": ("viewer", "default"),
        "b@x.example": ("editor", "contact-type"),
        "c@x.example": ("editor", "company"),
        "d@x.example": ("viewer", "default"),  # a role of the staff's is none for a client's people
    }


def test_one_address_is_one_account_in_however_many_companies() -> None:
    it = model(
        contacts=[contact(1, "a@x.example"), contact(2, "a@x.example", 2)], links={1: Link(1, "E"), 2: Link(2, "E")},
        open_events=frozenset({"E"}),
    )  # fmt: skip
    [made] = it.accounts.values()
    assert (made.contacts, made.companies) == ([1, 2], [1, 2])
    assert nonzero(tally(it, "E").counted()) == {"total": 2, "created": 1, "linked": 1}
    it.change(open_events=frozenset())
    assert it.converge() == 0, "who came by an import stays its own when that is done"
    assert nonzero(tally(it).counted()) == {"total": 2, "already": 2}


def test_an_existing_user_is_linked_and_never_changed() -> None:
    it = model(contacts=[contact(1, "a@x.example")], users=[user("u1", "a@x.example", role="editor")])
    [linked] = it.accounts.values()
    assert (linked.portal_user, linked.made, linked.role, linked.role_from) == ("u1", False, "editor", "portal")
    it.contact(contact(1, "a@x.example", inactive=True))
    it.choose("account/a@x.example", role="viewer")
    it.converge()
    it.gone(1)
    it.converge()
    it.portal_listens()
    assert it.world.users["u1"] == user("u1", "a@x.example", role="editor")
    assert [change.fact for change in it.told] == ["user.linked", "user.changed"]


@pytest.mark.parametrize("who", ["staff", "primary_admin"])
def test_one_of_the_staff_is_offered_and_linked_only_by_a_person(who: str) -> None:
    it = model(contacts=[contact(1, "a@x.example")], users=[user("u1", "a@x.example", **{who: True})])
    assert state(it) == "offered"
    assert it.told == []
    assert nonzero(tally(it).counted()) == {"total": 1, "offered": 1}
    it.choose("contact/1", portal_user="u1")
    it.converge()
    it.portal_listens()
    linked = it.accounts["a@x.example"]
    assert (linked.state, linked.portal_user, linked.made, linked.contacts) == ("active", "u1", False, [1])
    it.contact(contact(1, "a@x.example", inactive=True))
    it.converge()
    assert state(it) == "active"
    it.contact(contact(1, "a@x.example"))
    it.choose("contact/1")
    it.converge()
    assert state(it) == "offered"


def test_a_role_that_a_person_changed_is_never_reset() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    [made] = it.world.users.values()
    it.user(made.model_copy(update={"role": "tech"}))
    it.change(settings=AUTO_ON.model_copy(update={"default_role": "editor"}))
    it.contact(contact(2, "a@x.example"))
    it.converge()
    it.portal_listens()
    assert it.world.users[made.id].role == "tech"
    it.choose("account/a@x.example", role="viewer")
    it.converge()
    it.portal_listens()
    assert it.world.users[made.id].role == "viewer", "a person's later word counts, even if it is the role we gave"
    assert it.accounts["a@x.example"].role_from == "person"


def test_a_contact_keeps_the_account_under_another_address_unless_it_was_shared() -> None:
    it = model(contacts=[contact(1, "a@x.example"), contact(2, "s@x.example"), contact(3, "s@x.example")])
    it.contact(contact(1, "new@x.example"))
    it.contact(contact(3, "own@x.example"))
    it.converge()
    assert {email: each.contacts for email, each in it.accounts.items()} == {
        "a@x.example": [1], "s@x.example": [2], "own@x.example": [3]
    }  # fmt: skip
    it.contact(contact(1))
    it.converge()
    assert state(it) == "active"


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ({"settings": SyncSettings(default_role="viewer")}, "waiting", "Auto-Import is off"),
        ({"settings": AUTO_ON.model_copy(update={"users": False})}, "waiting", "Sync Users, which is off"),
        ({"settings": AUTO_ON.model_copy(update={"default_role": "deleted"})}, "stopped", "does not exist"),
        ({"settings": AUTO_ON.model_copy(update={"default_role": "tech"})}, "stopped", "not a role for a company"),
        ({"settings": AUTO_ON.model_copy(update={"default_role": None})}, "stopped", "No default role"),
        ({"completed": False}, "waiting", "setup is not complete"),
        ({"connected": False}, "waiting", "disconnected"),
    ],
)
def test_what_nobody_comes_in_by(fields: dict[str, Any], state: str, words: str) -> None:
    it = model(
        contacts=[contact(1, "a@x.example"), contact(2)],
        links={1: Link(1, "E")},
        open_events=frozenset({"E"}),
        **fields,
    )
    assert it.accounts == {}
    found = tally(it, "E")
    assert found.hold is not None
    assert found.hold.state == state
    assert words in f"{found.hold.problem.title} {found.hold.problem.detail}"
    assert found.counted()["total"] == 2
    it.change(settings=AUTO_ON, completed=True, connected=True)
    it.converge()
    assert nonzero(tally(it, "E").counted()) == {"total": 2, "created": 1, "without_email": 1}
    assert tally(it, "E").hold is None


def test_before_complete_setup_companies_imported_now_come_in_alone() -> None:
    people = [contact(1, "a@x.example"), contact(2, "b@x.example", 2)]
    it = model(contacts=people, links={1: Link(1, "E", imported=True), 2: Link(2)}, completed=False)
    assert list(it.accounts) == ["a@x.example"]


def test_where_the_portal_has_made_another_user_ours_gives_way() -> None:
    it = Model(world(contacts=[contact(1, "a@x.example")]))
    it.converge()
    it.user(user("u9", "a@x.example", role="editor"))
    it.converge()
    [linked] = it.accounts.values()
    assert (linked.portal_user, linked.made) == ("u9", False)
    it.gone(1)
    it.converge()
    assert state(it) == "active"


def test_a_choice_that_no_user_answers_to_is_refused() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    it.contact(contact(2, "b@x.example"))
    it.choose("contact/2", portal_user="nobody")
    it.converge()
    assert sorted(it.accounts) == ["a@x.example"]
    assert nonzero(tally(it).counted()) == {"total": 2, "created": 1, "refused": 1}


def test_facts_name_nobody() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    [created] = it.told
    assert set(created.told) == {"portal_user", "state", "kind", "made", "contacts", "companies", "agent", "role"}
    assert "a@x.example" not in str(created.told)
    assert "Person" not in str(created.told)


def test_an_import_moves_while_its_accounts_are_written() -> None:
    people = [contact(1, "a@x.example"), contact(2, "a@x.example"), contact(3, "b@x.example"), contact(4)]
    it = Model(world(contacts=people, links={1: Link(1, "E")}, open_events=frozenset({"E"})))
    unwritten: list[set[str]] = [{"a@x.example", "b@x.example"}, {"b@x.example"}, set()]
    moving = [tally(it, "E").counted(left)["done"] for left in unwritten]
    assert moving == [1, 3, 4]


def test_who_is_done_stays_done_while_another_comes_to_the_same_account() -> None:
    it = model(contacts=[contact(1, "a@x.example")], links={1: Link(1, "E")}, open_events=frozenset({"E"}))
    assert tally(it, "E").counted()["done"] == 1
    it.contact(contact(2, "a@x.example"))
    assert tally(it, "E").counted({"a@x.example"}) == {**tally(it, "E").counted(), "linked": 0, "done": 1}
