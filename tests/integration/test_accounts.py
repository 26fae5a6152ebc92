"""Accounts on the real database and bus: written guarded, told once each, counted right, by any number of replicas."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import placed

from embedded.choose import Chosen
from halobus import topics
from halobus.messages import Fact
from halobus.standing import Standing
from halobus.store import Document
from importer.account_facts import announce
from importer.account_plan import plan
from importer.account_read import read_world
from importer.account_retiring import retire
from importer.account_write import write
from importer.accounts import converge_accounts
from support.accounts import Office
from support.consumers import Bench, bench
from support.processes import service_process
from support.waiting import until


@pytest.fixture(scope="module")
async def here(stack: Chosen) -> AsyncIterator[Bench]:
    async with placed(stack) as place, bench(place) as made:
        yield made


@pytest.fixture
async def office(here: Bench) -> Office:
    """A tenant of the test's own."""
    made = Office(here, f"t{secrets.token_hex(4)}")
    await made.open()
    return made


async def converge(office: Office) -> None:
    await converge_accounts(office.database, Standing(office.tenant, office.connection, 0, True))


async def told(office: Office) -> list[Fact]:
    """What stands on the topic, after announcing what is not marked."""
    await announce(office.database, office.here.bus)
    facts = [Fact.model_validate_json(record.value) for record in await office.here.read_all(topics.FACTS)]
    return [fact for fact in facts if fact.tenant == office.tenant]


async def test_an_import_becomes_accounts_facts_and_counts_that_add_up(office: Office) -> None:
    await office.users(
        {"id": "u1", "email": "known@x.example", "role": "editor"},
        {"id": "u2", "email": "boss@x.example", "staff": True},
    )
    await office.contacts(
        {"id": 1, "email": "a@x.example"}, {"id": 2, "email": "a@x.example", "client_id": 2}, {"id": 3},
        {"id": 4, "email_problem": "invalid"}, {"id": 5, "email": "e@x.example", "inactive": True},
        {"id": 6, "email": "known@x.example"}, {"id": 7, "email": "boss@x.example"},
        {"id": 8, "email": "elsewhere@x.example", "client_id": 3},
    )  # fmt: skip
    await office.link(1, 2, event="E")
    await converge(office)
    done = await office.imported("E")
    counts = {
        "created": 1,
        "linked": 2,
        "already": 0,
        "offered": 1,
        "without_email": 1,
        "invalid_email": 1,
        "inactive": 1,
        "refused": 0,
    }
    assert {name: done[name] for name in counts} == counts
    assert (done["state"], done["total"], done["done"], done["problem"]) == ("done", 7, 7, None)
    assert done["finished"] >= done["started"]
    accounts = await office.accounts()
    assert {email: (each["state"], each["made"], each["contacts"]) for email, each in accounts.items()} == {
        "a@x.example": ("active", True, [1, 2]),
        "boss@x.example": ("offered", False, [7]),
        "known@x.example": ("active", False, [6]),
    }
    facts = await told(office)
    assert Counter(fact.type for fact in facts) == {"user.created": 1, "user.linked": 1, "import.finished": 1}
    created = next(fact for fact in facts if fact.type == "user.created")
    assert created.subject == f"users/{accounts['a@x.example']['portal_user']}"
    assert created.data["role"] == "viewer"
    assert "example" not in str([fact.model_dump() for fact in facts]), "no address is told"
    assert next(fact for fact in facts if fact.type == "import.finished").data["created"] == 1

    await converge(office)
    assert await office.accounts() == {
        **accounts,
        **{email: {**each, "facts": marked(each)} for email, each in accounts.items()},
    }
    assert await told(office) == facts


def marked(account: Document) -> list[Document]:
    return [{**fact, "announced": True} for fact in account["facts"]]


async def test_a_fact_that_was_sent_but_not_marked_goes_again_under_its_id(office: Office) -> None:
    await office.contacts({"id": 1, "email": "a@x.example"})
    await office.link(1)
    await converge(office)
    first = await told(office)
    await office.database["accounts"].update_many(office.mine, {"$set": {"facts.$[].announced": False}})
    second = await told(office)
    assert len(second) == len(first) + 1
    assert {fact.id for fact in second} == {fact.id for fact in first}


async def test_replicas_that_converge_at_once_double_nothing(office: Office) -> None:
    await office.contacts(*({"id": n, "email": f"p{n % 450}@x.example", "client_id": n % 9 + 1} for n in range(1, 501)))
    await office.link(*range(1, 10), event="E")
    await asyncio.gather(*(converge(office) for _ in range(4)))
    accounts = await office.accounts()
    assert len(accounts) == len({each["portal_user"] for each in accounts.values()}) == 450
    assert [len(each["facts"]) for each in accounts.values()] == [1] * 450
    done = await office.imported("E")
    assert (done["state"], done["created"], done["linked"], done["total"]) == ("done", 450, 50, 500)
    assert Counter(fact.type for fact in await told(office)) == {"user.created": 450, "import.finished": 1}


async def test_what_waits_or_has_stopped_says_why_once_and_goes_on(office: Office) -> None:
    await office.contacts({"id": 1, "email": "a@x.example"})
    await office.link(1, event="E")
    await office.settings(users=False)
    await converge(office)
    assert (await office.imported("E"))["state"] == (await office.imported("auto"))["state"] == "waiting"
    assert "Sync Users" in (await office.imported("auto"))["problem"]["title"]
    await office.settings()
    await office.database["roles"].delete_one({"_id": f"{office.tenant}:viewer"})
    for _ in range(2):
        await converge(office)
    stopped = await office.imported("auto")
    assert (stopped["state"], "does not exist" in stopped["problem"]["detail"]) == ("stopped", True)
    assert await office.accounts() == {}
    await office.role("viewer")
    await converge(office)
    assert [(await office.imported(event))["state"] for event in ("E", "auto")] == ["done", "done"]
    facts = Counter((fact.type, fact.subject) for fact in await told(office) if fact.type.startswith("import."))
    assert facts == {
        ("import.stopped", "imports/E"): 1,
        ("import.stopped", "imports/auto"): 1,
        ("import.finished", "imports/E"): 1,
    }


async def test_a_large_import_that_links_in_several_goes_is_counted_as_one(office: Office) -> None:
    await office.contacts({"id": 1, "email": "a@x.example"}, {"id": 2, "email": "b@x.example", "client_id": 2})
    await office.link(1, event="E")
    await converge(office)
    assert (await office.imported("E"))["state"] == "done"
    await office.link(2, event="E")
    await converge(office)
    done = await office.imported("E")
    assert (done["state"], done["created"], done["total"]) == ("done", 2, 2)


async def test_a_clear_suspends_nobody_until_the_contacts_have_been_read_again(office: Office) -> None:
    await office.contacts({"id": 1, "email": "a@x.example"}, {"id": 2, "email": "b@x.example"})
    await office.link(1)
    await converge(office)
    generation = {"generations": {"c1": {"contacts": 5}}}
    await office.database["connections"].update_one({"_id": office.tenant}, {"$set": generation})
    await converge(office)
    await office.database["contacts"].delete_many({})
    await office.contacts({"id": 2, "email": "b@x.example"}, generation=5)
    await converge(office)
    assert {each["state"] for each in (await office.accounts()).values()} == {"active"}
    await office.read_in_full(generation=5)
    await converge(office)
    assert {email: each["state"] for email, each in (await office.accounts()).items()} == {
        "a@x.example": "suspended", "b@x.example": "active"
    }  # fmt: skip


async def test_agents_are_imported_before_complete_setup(office: Office) -> None:
    await office.database["connections"].update_one({"_id": office.tenant}, {"$set": {"completed": None}})
    listed = [
        {"id": 5, "name": "Ada", "attributes": {"email": "Ada@msp.example", "is_api_agent": False}},
        {"id": 6, "name": "Bot", "attributes": {"email": "bot@msp.example", "is_api_agent": True}},
    ]
    await office.reference("agents", listed)
    for agent in (5, 6):
        await office.choose(f"agent/{agent}", role="tech", batch="B")
    await converge(office)
    done = await office.imported("B")
    assert (done["kind"], done["state"], done["created"], done["refused"]) == ("agents", "done", 1, 1)
    assert [each["name"] for each in (await office.accounts()).values()] == ["Ada"]


async def test_where_the_data_goes_what_we_made_is_suspended_and_ties_are_forgotten(office: Office) -> None:
    await office.users({"id": "u1", "email": "known@x.example"})
    await office.contacts({"id": 1, "email": "a@x.example"}, {"id": 2, "email": "known@x.example"})
    await office.link(1, event="E")
    await converge(office)
    await office.database["connections"].update_one({"_id": office.tenant}, {"$set": {"deleted": ["c1"]}})
    await retire(office.database)
    await converge(office)
    await retire(office.database)
    accounts = await office.accounts()
    assert {email: each["state"] for email, each in accounts.items()} == {
        "a@x.example": "suspended", "known@x.example": "active"
    }  # fmt: skip
    assert [each["contacts"] + each["companies"] for each in accounts.values()] == [[], []]
    assert [each async for each in office.database["imports"].find(office.mine)] == []
    types = Counter(fact.type for fact in await told(office))
    assert (types["user.suspended"], types["user.changed"]) == (1, 1)


async def test_whom_the_halo_before_brought_gets_the_same_user_back_from_the_next(office: Office) -> None:
    await office.contacts({"id": 1, "email": "a@x.example"}, {"id": 2, "email": "b@x.example"})
    await office.link(1)
    await converge(office)
    await told(office)
    before = {email: each["portal_user"] for email, each in (await office.accounts()).items()}
    await office.users(*({"id": id, "email": email, "role": "viewer"} for email, id in before.items()))
    following = await office.leave_for("c2")
    await following.contacts({"id": 70, "email": "a@x.example"})
    await following.link(1, event="E")
    await converge(following)
    assert await following.accounts() == {}, "not while it is open who is suspended"
    await retire(office.database)
    await converge(following)
    assert await following.accounts() == {}, "nor before the portal has heard of it"
    await told(office)
    await converge(following)
    await retire(office.database)
    await told(office)
    [account] = (await following.accounts()).values()
    assert (account["portal_user"], account["made"], account["state"]) == (before["a@x.example"], True, "active")
    assert (await following.imported("E"))["linked"] == 1, "no new user"
    assert list(await office.accounts()) == ["b@x.example"], "one user, one account"
    facts = [(fact.type, fact.subject) for fact in await told(office) if fact.type.startswith("user.")]
    users = {email: f"users/{id}" for email, id in before.items()}
    assert facts[2:] == [
        ("user.suspended", users["a@x.example"]),
        ("user.suspended", users["b@x.example"]),
        ("user.restored", users["a@x.example"]),
    ]
    await following.contacts({"id": 70, "email": "a@x.example", "inactive": True})
    await converge(following)
    assert (await following.accounts())["a@x.example"]["state"] == "suspended", "it is ours still"


async def test_a_contact_that_a_run_brought_becomes_an_account_at_its_fact(office: Office) -> None:
    await office.link(1)
    async with service_process("importer", office.here.place) as running:
        await office.contacts({"id": 1, "email": "a@x.example"})
        applied = Fact(id="f1", type="run.applied", tenant=office.tenant, at=datetime.now(UTC))
        await office.here.bus.send_fact(applied, "connector")

        async def announced() -> list[dict[str, Any]]:
            return [each for each in (await office.accounts()).values() if all(f["announced"] for f in each["facts"])]

        [account] = await until(announced)
        assert account["contacts"] == [1]
        await office.here.until_caught_up(topics.FACTS, "importer.wake")
        assert await running.terminate() == 0


async def test_a_write_that_was_planned_for_another_state_changes_nothing(office: Office) -> None:
    await office.contacts({"id": 1, "email": "a@x.example"})
    await office.link(1)
    await converge(office)
    await office.contacts({"id": 1, "email": "a@x.example", "inactive": True})
    world = await read_world(office.database, office.tenant, "c1")
    assert world is not None
    late = plan(world).changes
    await converge(office)
    await office.contacts({"id": 1, "email": "a@x.example"})
    await converge(office)
    before = await office.accounts()
    assert await write(office.database, late) == 0
    assert await office.accounts() == before
    [account] = before.values()
    assert [fact["type"] for fact in account["facts"]] == ["user.created", "user.suspended", "user.restored"]
