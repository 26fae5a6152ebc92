"""Promise 2's count on a real MongoDB: which mirrors belong to a read that was interrupted and went on."""

from collections.abc import AsyncIterator

import pytest
from conftest import Place

from connector.mirrors import Mirrors
from halobus import store
from halobus.apply import apply
from halobus.keys import RecordKey
from halobus.mirror import Write
from halobus.runs import Read
from halobus.store import Database
from halobus.streams import StreamName
from halobus.version import Version
from support.consumers import settings_of


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    handle = store.connect(settings_of(place))
    yield handle
    store.close(handle)


async def stored(database: Database, versions: dict[str, Version]) -> None:
    key = {id: RecordKey("acme", "c1", id) for id in versions}
    writes = [Write(key[id], str(version), "live", {"id": id}) for id, version in versions.items()]
    await apply(database, "tickets", writes)


def read(first: Version, last: Version, *gaps: tuple[Version, Version]) -> Read:
    return Read(
        stream=StreamName.TICKETS,
        kind="full",
        first_version=str(first),
        last_version=str(last),
        gaps=[(str(low), str(high)) for low, high in gaps],
    )


async def test_what_an_attempt_published_past_its_checkpoint_is_no_part_of_the_read(database: Database) -> None:
    """Its page was read again by the successor; one of its rows had been deleted in Halo meanwhile."""
    await stored(
        database,
        {
            "checkpointed": Version(1, 5, 3),
            "deleted meanwhile": Version(1, 5, 4),
            "read again": Version(1, 6, 1),
            "of the last page": Version(1, 6, 2),
        },
    )
    mirrors = Mirrors(database, "acme", "c1", StreamName.TICKETS)
    resumed = read(Version(1, 5, 3), Version(1, 6, 2), (Version(1, 5, 3), Version(1, 6, 1)))
    assert (await mirrors.sums(resumed)).applied == 3


async def test_a_later_version_stands_for_the_one_of_the_read(database: Database) -> None:
    await stored(database, {"one": Version(1, 5, 3), "two": Version(1, 7, 1)})
    sums = await Mirrors(database, "acme", "c1", StreamName.TICKETS).sums(read(Version(1, 5, 3), Version(1, 5, 3)))
    assert (sums.written, sums.stale) == (1, 1)
