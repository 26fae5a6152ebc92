"""What consumers do besides their records: clean up old generations, and follow the scope."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halobus import topics
from halobus.apply import apply
from halobus.converge import Converge
from halobus.keys import RecordKey
from halobus.messages import Fact
from halobus.mirror import Write
from halobus.scope import Scope, outside
from halobus.service import Service
from halobus.store import Document
from halobus.version import Version
from support.consumers import TICKET_STREAM, Bench, Where, bench, settings_of
from support.records import number
from support.waiting import until
from sync_ticket.hiding import follow_scope, outside_filters


@pytest.fixture
async def here(place: Where) -> AsyncIterator[Bench]:
    async with bench(place) as made:
        yield made


def write(id: int, *, generation: int = 0, team: int | None = 7, status: int | None = 1, tenant: str = "acme") -> Write:
    content = {"id": id, "team_id": team, "status_id": status}
    return Write(RecordKey(tenant, "c1", str(id)), str(Version(generation, 1, id)), "live", content)


async def connect(here: Bench, *, wanted: int = 0, applied: int = 0, tenant: str = "acme") -> None:
    """A connected tenant: the generation that wizard-api asks for, and that of the last applied run."""
    decided = {"tenant": tenant, "generations": {"c1": {"tickets": wanted}}}
    await here.database["connections"].replace_one({"_id": tenant}, decided, upsert=True)
    known = {"tenant": tenant, "connection": "c1", "streams": {"tickets": {"generation": applied}}}
    await here.database["tenants"].replace_one({"_id": tenant}, known, upsert=True)


async def converge(here: Bench) -> None:
    service = Service("sync-ticket", settings_of(here.place))
    await Converge(service, TICKET_STREAM, follow_scope).converge()
    service.database.client.close()


async def tickets(here: Bench) -> dict[str, Document]:
    return {document["id"]: document async for document in here.database["tickets"].find()}


async def test_the_past_is_deleted_once_the_clearing_run_is_applied(here: Bench) -> None:
    await here.choose_teams("all")
    await apply(here.database, "tickets", [write(1), write(2, generation=5), write(3, tenant="globex")])
    await connect(here, wanted=5, applied=0)
    await connect(here, wanted=0, applied=0, tenant="globex")
    await converge(here)
    assert sorted(await tickets(here)) == ["1", "2", "3"]
    await connect(here, wanted=5, applied=5)
    await converge(here)
    assert sorted(await tickets(here)) == ["2", "3"]


async def test_narrowing_hides_and_widening_shows_again(here: Bench) -> None:
    await connect(here)
    await here.choose_teams("all")
    await apply(here.database, "tickets", [write(1), write(2, team=8), write(3, status=9), write(4, team=None)])
    await here.choose_teams([7], excluded=[9])
    await converge(here)
    found = await tickets(here)
    assert {id for id, each in found.items() if "hidden_since" in each} == {"2", "3", "4"}
    assert all(each["state"] == "live" and "content" in each for each in found.values())
    await converge(here)
    assert await tickets(here) == found
    await here.choose_teams("all")
    await converge(here)
    assert not [each for each in (await tickets(here)).values() if "hidden_since" in each]


async def test_what_is_hidden_for_30_days_becomes_a_stub(here: Bench) -> None:
    await connect(here)
    await here.choose_teams([7], excluded=[9])
    writes = [write(1, team=8), write(2, status=9), write(3, team=8)]
    await apply(here.database, "tickets", writes)
    await converge(here)
    long_ago = datetime.now(UTC) - timedelta(days=30, minutes=1)
    await here.database["tickets"].update_many({"id": {"$in": ["1", "2"]}}, {"$set": {"hidden_since": long_ago}})
    await converge(here)
    found = await tickets(here)
    assert {id: (each["state"], each["reason"]) for id, each in found.items()} == {
        "1": ("scope", "team"),
        "2": ("scope", "status"),
        "3": ("live", None),
    }
    assert found["1"]["version"] == writes[0].version
    assert "content" not in found["1"]
    assert "hidden_since" not in found["1"]
    assert timedelta(days=29) < found["1"]["expires"] - datetime.now(UTC) <= timedelta(days=30)
    await apply(here.database, "tickets", writes)
    assert (await tickets(here))["1"]["state"] == "scope", "the same record again does not bring it back"
    same = Write(writes[0].key, number(99), "scope", reason="team")
    await apply(here.database, "tickets", [same])
    assert (await tickets(here))["1"]["changed"] == writes[0].version, "the stub is the one that a record makes"


async def test_a_hidden_ticket_inside_again_is_shown_and_never_emptied(here: Bench) -> None:
    await connect(here)
    await here.choose_teams([7])
    await apply(here.database, "tickets", [write(1)])
    long_ago = datetime.now(UTC) - timedelta(days=90)
    await here.database["tickets"].update_one({"id": "1"}, {"$set": {"hidden_since": long_ago}})
    await converge(here)
    found = (await tickets(here))["1"]
    assert found["state"] == "live"
    assert "hidden_since" not in found


async def test_a_fact_wakes_the_consumer_for_its_tenant_alone(here: Bench) -> None:
    await here.choose_teams([7])
    await here.choose_teams([7], tenant="globex")
    await connect(here)
    await connect(here, tenant="globex")
    await apply(here.database, "tickets", [write(1, team=8), write(2, team=8, tenant="globex")])
    service = Service("sync-ticket", settings_of(here.place))
    Converge(service, TICKET_STREAM, follow_scope).attach()
    await service.bus.start()
    facts = [Fact(id=f"f{n}", type="settings.changed", tenant="acme", at=datetime.now(UTC)) for n in range(20)]
    for fact in facts:
        await here.bus.send_fact(fact, "wizard-api")
    await until(lambda: here.caught_up(topics.FACTS, "sync-ticket.wake"))
    await service.bus.stop()
    service.database.client.close()
    found = await tickets(here)
    assert "hidden_since" in found["1"]
    assert "hidden_since" not in found["2"]


TEAMS = st.one_of(st.none(), st.integers(1, 3))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    teams=st.one_of(st.none(), st.frozensets(st.integers(1, 3))),
    excluded=st.frozensets(st.integers(1, 3)),
    rows=st.lists(st.tuples(TEAMS, TEAMS), min_size=1, max_size=6),
)
async def test_the_filters_are_the_pure_rule(
    here: Bench, teams: frozenset[int] | None, excluded: frozenset[int], rows: list[tuple[int | None, int | None]]
) -> None:
    scope = Scope(teams, excluded)
    contents = [{"team_id": team, "status_id": status} for team, status in rows]
    await here.database["probe"].delete_many({})
    await here.database["probe"].insert_many([{"_id": n, "content": each} for n, each in enumerate(contents)])
    by_filter: dict[int, str] = {}
    for reason, chosen in outside_filters(scope).items():
        async for document in here.database["probe"].find(chosen):
            assert document["_id"] not in by_filter
            by_filter[document["_id"]] = reason
    assert by_filter == {n: why for n, each in enumerate(contents) if (why := outside(scope, each))}
