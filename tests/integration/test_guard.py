"""Promise 1: a duplicate, late or reordered record changes nothing, on a real mongod."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halobus import store
from halobus.apply import apply
from halobus.keys import RecordKey
from halobus.mirror import State, Write, newest
from halobus.scope import Scope, outside
from halobus.store import Database, Document
from halobus.version import Version
from support.consumers import Where, settings_of

IDS = count()
TIMES = {"met", "expires", "changed"}


@pytest.fixture
async def database(place: Where) -> AsyncIterator[Database]:
    connected = store.connect(settings_of(place))
    yield connected
    store.close(connected)


def write(id: str, version: Version, state: State = "live", summary: str = "s") -> Write:
    content = {"id": id, "summary": summary} if state == "live" else {}
    return Write(RecordKey("t", "c", id), str(version), state, content, None if state == "live" else "deleted")


def history(id: str) -> list[Write]:
    """Old, new, gone, one of another generation, one of another lease, and duplicates of some."""
    old, new = write(id, Version(1, 5, 1), summary="old"), write(id, Version(1, 5, 2), summary="new")
    gone = write(id, Version(1, 5, 3), "gone")
    other_lease = write(id, Version(1, 6, 1), summary="by another lease")
    generation = write(id, Version(2, 1, 1), summary="of another generation")
    return [old, new, gone, other_lease, generation, old, new, gone]


async def stored(database: Database, id: str) -> Document:
    found = await store.find_one(database, "tickets", f"t:c:{id}")
    assert found is not None
    return {name: value for name, value in found.items() if name not in TIMES}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_every_order_and_batching_ends_in_the_same_document(database: Database, data: st.DataObject) -> None:
    id = f"order-{next(IDS)}"
    chosen = data.draw(st.lists(st.sampled_from(range(8)), min_size=1, max_size=8, unique=True))
    order = [history(id)[position] for position in data.draw(st.permutations(chosen))]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order)), max_size=4)) | {len(order)})
    start = 0
    for cut in cuts:
        await apply(database, "tickets", order[start:cut])
        start = cut
    last = max(order, key=lambda each: each.version)
    found = await stored(database, id)
    assert found["version"] == last.version
    assert found["state"] == last.state
    assert found.get("content") == (dict(last.content) or None)


@settings(max_examples=200)
@given(st.permutations(range(8)))
def test_newest_of_a_batch_is_what_the_guard_would_leave(order: list[int]) -> None:
    writes = [history("x")[position] for position in order]
    [chosen] = newest(writes)
    assert chosen.version == max(each.version for each in writes)


PLACES = ("team_id", "status_id")
SCOPE = Scope(teams=frozenset({1}), excluded_statuses=frozenset({9}))


def judged(id: str, version: Version, team: int, summary: str, scope: Scope | None) -> Write:
    """What the owner of tickets makes of one under a scope; None: everything is inside."""
    content = {"id": id, "team_id": team, "status_id": 1, "summary": summary}
    reason = outside(scope, content) if scope else None
    key = RecordKey("t", "c", id)
    if reason is None:
        return Write(key, str(version), "live", content)
    return Write(key, str(version), "scope", reason=reason, hidden=content, places=PLACES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_every_order_shows_the_same_whatever_scope_each_record_was_judged_by(
    database: Database, data: st.DataObject
) -> None:
    """The scope moves while records arrive: a mirror may then be a stub, or live and hidden by the scope's filter.

    Which of both is up to the order; what the portal shows is not, and never is there content of an older version.
    """
    id = f"scope-{next(IDS)}"
    history = [(Version(1, 5, n), data.draw(st.sampled_from([1, 2]), f"team {n}")) for n in range(1, 5)]
    gone = data.draw(st.sampled_from([None, Version(1, 5, 3), Version(1, 6, 1)]), "gone")
    last_scope = data.draw(st.sampled_from([None, SCOPE]), "the scope in the end")
    writes = [
        judged(id, version, team, f"no. {version.n}", data.draw(st.sampled_from([None, SCOPE])))
        for version, team in history
    ]
    writes += [write(id, gone, "gone")] if gone else []
    newest_version = max(each.version for each in writes)
    for each in data.draw(st.permutations(writes)):
        # The newest is judged by the scope that holds in the end: a scope is read anew for every batch.
        final = each.version == newest_version and each.state != "gone"
        team = history[-1][1]
        await apply(database, "tickets", [judged(id, history[-1][0], team, "no. 4", last_scope) if final else each])
    found = await stored(database, id)
    assert found["version"] == newest_version
    inside = newest_version == str(history[-1][0]) and (last_scope is None or team == 1)
    shows = found["state"] == "live" and (last_scope is None or outside(last_scope, found["content"]) is None)
    assert shows == inside
    if "content" in found:
        assert found["content"]["summary"] == "no. 4"


@pytest.mark.parametrize("old", ["live", "scope"])
async def test_a_replayed_old_record_never_revives_a_deleted_one(database: Database, old: str) -> None:
    id = f"revive-{old}"
    replayed = judged(id, Version(1, 5, 1), 2, "old", SCOPE if old == "scope" else None)
    await apply(database, "tickets", [replayed])
    await apply(database, "tickets", [write(id, Version(1, 5, 3), "gone")])
    before = await store.find_one(database, "tickets", f"t:c:{id}")
    applied = await apply(database, "tickets", [replayed])
    assert applied.stale == 1
    assert await store.find_one(database, "tickets", f"t:c:{id}") == before


async def test_a_record_of_an_older_generation_or_lease_replaces_nothing(database: Database) -> None:
    """However high its number under that lease was."""
    current = write("current", Version(2, 6, 1), summary="current")
    await apply(database, "tickets", [current])
    late = [
        write("current", Version(1, 9, 99)),
        write("current", Version(2, 5, 99)),
        write("current", Version(2, 5, 99), "gone"),
    ]
    for each in late:
        await apply(database, "tickets", [each])
    assert (await stored(database, "current"))["content"] == current.content


async def test_a_newer_record_of_the_same_content_is_unchanged(database: Database) -> None:
    await apply(database, "tickets", [write("same", Version(1, 5, 1))])
    await apply(database, "tickets", [write("same", Version(1, 5, 2))])
    found = await store.find_one(database, "tickets", "t:c:same")
    assert found is not None
    assert (found["version"], found["changed"]) == (str(Version(1, 5, 2)), str(Version(1, 5, 1)))


def nested(depth: int) -> Document:
    inner: Document = {}
    for _ in range(depth):
        inner = {"a": inner}
    return inner


UNSTORABLE: dict[str, Document] = {
    "an int of more than 64 bits": {"n": 2**70},
    "a NUL in a name": {"a\0b": 1},
    "half a character": {"a": "\ud800"},
    "nested too deep for a document": nested(185),
    "nested too deep for a command": nested(250),
}


@pytest.mark.parametrize("name", UNSTORABLE)
async def test_what_mongodb_cannot_hold_is_refused_alone(database: Database, name: str) -> None:
    bad = Write(RecordKey("t", "c", "bad"), str(Version(1, 1, 1)), "live", UNSTORABLE[name])
    good = [write(f"good-{position}", Version(1, 1, 1)) for position in range(5)]
    applied = await apply(database, "tickets", [*good[:3], bad, *good[3:]])
    assert list(applied.refused) == [(bad.key, bad.version)]
    assert await database["tickets"].count_documents({}) == 5


async def test_an_older_record_is_stored_where_the_newest_cannot_be(database: Database) -> None:
    good = write("both", Version(1, 1, 1))
    bad = Write(good.key, str(Version(1, 1, 2)), "live", {"n": 2**70})
    applied = await apply(database, "tickets", [good, bad])
    assert list(applied.refused) == [(bad.key, bad.version)]
    assert (await stored(database, "both"))["version"] == good.version


async def test_text_that_looks_like_an_expression_is_kept_as_it_is(database: Database) -> None:
    content = {"summary": "$version", "attributes": {"$x": "$$NOW", "a.b": {"$add": [1, 1]}, "": 0}}
    await apply(database, "tickets", [Write(RecordKey("t", "c", "money"), str(Version(1, 1, 1)), "live", content)])
    assert (await stored(database, "money"))["content"] == content
