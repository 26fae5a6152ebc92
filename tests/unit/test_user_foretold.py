"""What wizard-api foretells of an import is what the importer plans: by one policy, for any contacts and users."""

from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from halobus.account_policy import foretell
from halobus.host_portal import PortalUser
from halobus.messages import Contact
from importer.account_plan import plan
from importer.account_world import AUTO
from support.worlds import Model, user, world

ADDRESSES = ["a@x.example", "b@x.example", "c@x.example", "boss@msp.example"]


def person(id: int, email: str | None, invalid: bool, inactive: bool) -> Contact:
    problem = None if email else "invalid" if invalid else "blank"
    fields = {"id": id, "client_id": 1, "name": f"Person {id}", "email": email, "email_problem": problem}
    return Contact.model_validate({**fields, "inactive": inactive})


CONTACTS = st.lists(
    st.builds(person, st.integers(1, 30), st.sampled_from([None, *ADDRESSES]), st.booleans(), st.booleans()),
    max_size=12,
    unique_by=lambda each: each.id,
)
USERS = st.lists(
    st.builds(user, st.sampled_from(["u1", "u2", "u3"]), st.sampled_from(ADDRESSES), staff=st.booleans()),
    max_size=3,
    unique_by=(lambda each: each.id, lambda each: each.email),
)


def planned(model: Model) -> Counter[str]:
    """What the importer makes of each contact."""
    [tally] = [each for each in plan(model.world).tallies if each.event == AUTO]
    return Counter(str(what) for what, _ in tally.parts)


def foretold(model: Model, contacts: Iterable[Contact]) -> Counter[str]:
    told = foretell(contacts, model.world.accounts, model.world.by_email)
    return Counter({str(what): number for what, number in told.items() if number})


@given(CONTACTS, USERS)
def test_of_a_first_import_every_count_is_foretold(contacts: list[Contact], users: list[PortalUser]) -> None:
    model = Model(world(contacts=contacts, users=users))
    assert foretold(model, contacts) == planned(model)


@given(CONTACTS, CONTACTS, USERS)
def test_of_a_later_one_it_is_foretold_who_is_new(
    first: list[Contact], more: list[Contact], users: list[PortalUser]
) -> None:
    model = Model(world(contacts=first, users=users))
    model.converge()
    held = {id for account in model.world.accounts.values() if account.state == "active" for id in account.contacts}
    everybody = {**{each.id: each for each in more}, **{each.id: each for each in first}}
    model.change(contacts=everybody)
    told, plans = foretold(model, everybody.values()), planned(model)
    assert told["already"] == len(held), "who has an account keeps it"
    with_account = ("created", "linked", "already")
    assert sum(told[what] for what in with_account) == sum(plans[what] for what in with_account)
    for what in ("offered", "without_email", "invalid_email", "inactive"):
        assert told[what] == plans[what]
