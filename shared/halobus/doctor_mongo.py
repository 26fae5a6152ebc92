"""``halobus doctor`` on MongoDB: version, replica set, privileges, indexes, clocks, and what waits for somebody."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from halobus import access
from halobus.doctor import Check, judged
from halobus.indexes import INDEXES, missing_indexes
from halobus.store import Database, Document, find_one, now
from halobus.streams import STREAMS

OLDEST = (6, 0)
SUPPORTED_BY_MAKER = (7, 0)
DRIFT_WARNING, DRIFT_WRONG = timedelta(seconds=2), timedelta(seconds=60)
UNPUBLISHED = timedelta(minutes=2)


async def server(database: Database) -> list[Check]:
    """Version, and whether it is a replica set whose majority survives the loss of a member."""
    version = tuple((await database.command("buildInfo"))["versionArray"][:2])
    hello = await database.command("hello")
    shown = ".".join(map(str, version))
    state = "ok" if version >= SUPPORTED_BY_MAKER else "warning" if version >= OLDEST else "wrong"
    newer = "" if state == "ok" else "past its end of life or never tested: use MongoDB 8"
    found = [Check("mongodb", state, f"version {shown}", newer)]  # type: ignore[arg-type]
    return [*found, _members(hello)]


def _members(hello: Mapping[str, Any]) -> Check:
    members = len(hello.get("hosts", ()))
    if "setName" not in hello:
        remedy = "start it with --replSet and run rs.initiate(): transactions and majority writes need it"
        return Check("replica set", "wrong", "not a replica set", remedy)
    if members < 3:
        remedy = "in production have three: with fewer the loss of one stops all writes, or loses data"
        return Check("replica set", "warning", f"{hello['setName']} has {members} data-bearing members", remedy)
    return Check("replica set", "ok", f"{hello['setName']}, {members} data-bearing members")


async def privileges(database: Database) -> list[Check]:
    """What this credential may do on the database."""
    info = (await database.command("connectionStatus", showPrivileges=True))["authInfo"]
    if not info["authenticatedUsers"]:
        remedy = "fine on a network of its own; else give each service a user with readWrite on the database"
        return [Check("mongodb privileges", "warning", "it asks for no credentials", remedy)]
    lacks = lacking(database.name, info["authenticatedUserPrivileges"])
    faults = [f"this credential may not: {', '.join(lacks)}"] if lacks else []
    return judged("mongodb privileges", faults, "this credential has all", f"grant it readWrite on {database.name}")


def lacking(name: str, privileges: Sequence[Mapping[str, Any]]) -> list[str]:
    """Actions that a credential lacks on the whole of a database."""
    held: set[str] = set()
    for each in privileges:
        resource = each["resource"]
        if resource.get("anyResource") or (resource.get("db") in (name, "") and resource.get("collection") == ""):
            held.update(each["actions"])
    return [action for action in (*access.MONGODB_SERVICE, *access.MONGODB_MIGRATE) if action not in held]


async def indexes(database: Database) -> list[Check]:
    """Whether all are there, as declared."""
    well = f"{len(INDEXES)} indexes are as declared"
    return judged("indexes", await missing_indexes(database), well, "run `halobus migrate`")


async def clocks(database: Database) -> list[Check]:
    """This machine's clock against the database's, which decides all windows."""
    before = datetime.now(UTC)
    told = await now(database)
    after = datetime.now(UTC)
    drift = max(before - told, told - after, timedelta())
    state = "ok" if drift < DRIFT_WARNING else "warning" if drift < DRIFT_WRONG else "wrong"
    remedy = "" if state == "ok" else "let all machines follow the same time servers (NTP)"
    seconds = drift.total_seconds()
    return [Check("clock", state, f"this machine and MongoDB differ by {seconds:.1f} s", remedy)]  # type: ignore[arg-type]


async def work(database: Database) -> list[Check]:
    """Groups that stopped, commands that nobody published, write-backs for a person to look at."""
    found: list[Check] = []
    for owner in sorted({stream.owner for stream in STREAMS.values()}):
        stopped = ((await find_one(database, f"{owner.replace('-', '_')}_group", "group")) or {}).get("stopped")
        if stopped:
            remedy = f"look at `halobus dlq list`, deploy what mends it; `halobus resume {owner}` ends the stop"
            since = f"{owner} is stopped since {stopped['at']:%Y-%m-%d %H:%M} for build {stopped['build']}"
            found.append(Check("groups", "wrong", since, remedy))
    waiting: Document = {"command": {"$exists": True}, "published": None, "accepted": False}
    late = {"$lt": ["$recorded", {"$subtract": ["$$NOW", int(UNPUBLISHED.total_seconds() * 1000)]}]}
    if n := await database["commands"].count_documents({**waiting, "$expr": late}):
        remedy = "is wizard-api running, and does Kafka let it write halo.commands?"
        found.append(Check("commands", "wrong", f"{n} are not published for over 2 minutes", remedy))
    if n := await database["runs"].count_documents({"state": "needs_review"}):
        remedy = "`halobus runs --state needs_review`: each says where to look in Halo"
        found.append(Check("write-backs", "warning", f"{n} need a person's review", remedy))
    return found or [Check("work", "ok", "no group is stopped, no command waits, no write-back needs review")]
