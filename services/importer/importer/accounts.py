"""Accounts of a connection, brought into line with decisions and mirrors; at any wake-up, by any replica, any number
of times. All that was written is found again in the accounts, so a process may end anywhere."""

from collections.abc import Sequence

from halobus import log
from halobus.standing import Standing
from halobus.store import Database
from importer import account_imports
from importer.account_change import Change
from importer.account_counts import Tally
from importer.account_plan import plan
from importer.account_read import read_world
from importer.account_world import World
from importer.account_write import write

AT_ONCE = 200
"""Accounts in one write, after which the import's progress is stored."""
ROUNDS = 5
"""Plans in a row that another replica's writes may spoil; then the next wake-up goes on."""
_log = log.get(__name__)


async def converge_accounts(database: Database, standing: Standing) -> None:
    """Plan and write until nothing is left to do. Raises the driver's errors."""
    for _ in range(ROUNDS):
        world = await read_world(database, standing.tenant, standing.connection)
        if world is None:
            return
        planned = plan(world)
        if not planned.changes:
            await account_imports.store(database, world, planned.tallies)
            return
        await _carry_out(database, world, planned.changes, planned.tallies)
    _log.warning("accounts_still_change", rounds=ROUNDS)


async def _carry_out(database: Database, world: World, changes: Sequence[Change], tallies: Sequence[Tally]) -> None:
    """In parts, with the progress after each."""
    unwritten = {change.email for change in changes}
    await account_imports.store(database, world, tallies, unwritten)
    written = 0
    for start in range(0, len(changes), AT_ONCE):
        part = changes[start : start + AT_ONCE]
        written += await write(database, part)
        unwritten -= {change.email for change in part}
        if unwritten:
            await account_imports.store(database, world, tallies, unwritten)
    _log.info("accounts_changed", wanted=len(changes), written=written)
