"""When an account is suspended, restored or kept: contacts who leave, staff, switched-off users, deleted data."""

import pytest

from importer.account_change import SUSPENDED
from importer.account_former import Former
from importer.account_retiring import retired
from support.worlds import contact, model, state, tally, user


def test_suspended_when_all_contacts_are_inactive_and_restored_when_one_is_not() -> None:
    it = model(contacts=[contact(1, "a@x.example"), contact(2, "a@x.example")])
    it.contact(contact(1, "a@x.example", inactive=True))
    it.converge()
    assert state(it) == "active"
    it.gone(2)
    it.converge()
    it.portal_listens()
    assert state(it) == "suspended"
    [made] = it.world.users.values()
    assert made.active is False
    it.contact(contact(1, "a@x.example"))
    it.converge()
    it.portal_listens()
    assert (it.accounts["a@x.example"].state, next(iter(it.world.users.values())).active) == ("active", True)


@pytest.mark.parametrize("who", ["staff", "primary_admin"])
def test_who_became_staff_or_the_last_admin_is_never_suspended(who: str) -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    [made] = it.world.users.values()
    it.user(made.model_copy(update={who: True}))
    it.gone(1)
    it.choose("account/a@x.example", role="editor")
    it.converge()
    assert state(it) == "active"
    assert it.accounts["a@x.example"].role == "viewer"


def test_whom_a_person_switched_off_is_not_switched_on_again() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    [made] = it.world.users.values()
    it.user(made.model_copy(update={"active": False}))
    for inactive in (True, False):
        it.contact(contact(1, "a@x.example", inactive=inactive))
        it.converge()
        it.portal_listens()
    assert state(it) == "active"
    assert it.world.users[made.id].active is False


def test_nobody_is_gone_before_the_contacts_have_been_read_in_full() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    it.change(contacts={}, whole=False)
    it.converge()
    assert (it.accounts["a@x.example"].state, it.accounts["a@x.example"].companies) == ("active", [1])
    held = tally(it).hold
    assert held is not None
    assert held.state == "waiting"
    it.change(whole=True)
    it.converge()
    assert state(it) == "suspended"


def test_unlinking_a_company_suspends_nobody() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    it.change(links={})
    assert it.converge() == 0


def test_a_stopped_import_still_suspends_and_restores() -> None:
    it = model(contacts=[contact(1, "a@x.example")])
    it.change(roles={})
    it.contact(contact(1, "a@x.example", inactive=True))
    it.converge()
    assert state(it) == "suspended"
    held = tally(it).hold
    assert held is not None
    assert held.state == "stopped"


def test_after_the_data_is_deleted_what_we_made_is_suspended_and_what_people_made_stays() -> None:
    people = [
        contact(1, "a@x.example"),
        contact(2, "b@x.example"),
        contact(3, "c@x.example"),
        contact(4, "d@x.example"),
    ]
    theirs = [user("u2", "b@x.example"), user("u3", "c@x.example", staff=True)]
    it = model(contacts=people, users=theirs)
    admin = it.accounts["d@x.example"].portal_user or ""
    it.user(it.world.users[admin].model_copy(update={"primary_admin": True}))
    changes = [retired(each, it.world.users.get(each.portal_user or "")) for each in it.accounts.values()]
    assert [change and (change.fact, change.after and change.after.state) for change in changes] == [
        ("user.suspended", "suspended"), ("user.changed", "active"), (None, None), ("user.changed", "active")
    ]  # fmt: skip
    left = [change.after for change in changes if change and change.after]
    assert not [each for each in left if each.contacts or each.companies or each.brought]
    assert [retired(each, it.world.users.get(each.portal_user or "")) for each in left] == [None] * 3


@pytest.mark.parametrize(
    ("found_inactive", "later", "end"),
    [
        (False, {}, ("active", True, "user.restored", True)),
        (True, {}, ("active", True, "user.linked", False)),
        (False, {"staff": True}, ("offered", False, None, False)),
    ],
)
def test_a_user_whom_the_halo_before_suspended_is_switched_on_by_the_next(
    found_inactive: bool, later: dict[str, bool], end: tuple[str, bool, str | None, bool]
) -> None:
    old = model(contacts=[contact(1, "a@x.example")])
    [made] = old.world.users.values()
    left = retired(old.accounts["a@x.example"], made.model_copy(update={"active": not found_inactive}))
    assert left is not None
    assert left.after is not None
    assert left.fact == SUSPENDED
    former = left.after.model_copy(update={"connection": "c0"})
    theirs = made.model_copy(update={"active": False, **later})
    it = model(contacts=[contact(9, "a@x.example")], users=[theirs], former=Former({made.id: former}))
    account = it.accounts["a@x.example"]
    fact = it.told[0].fact if it.told else None
    assert (account.state, account.made, fact, it.world.users[made.id].active) == end
    assert account.portal_user == made.id
    assert it.world.users[made.id].role == made.role
    assert tally(it).counted()["created"] == 0
