"""Every index, declared once; ``halobus migrate`` alone makes them, services check them and stay not ready."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from halobus.store import ASCENDING, DESCENDING, Database

Keys = tuple[tuple[str, int], ...]
DAY_SECONDS = 24 * 60 * 60

_OPTIONS = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression")


@dataclass(frozen=True)
class Index:
    """``options``: ``expireAfterSeconds``, ``unique``, ``partialFilterExpression``, as MongoDB names them."""

    collection: str
    keys: Keys
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name under which it is made: what MongoDB would choose as well."""
        return "_".join(f"{name}_{direction}" for name, direction in self.keys)

    def __str__(self) -> str:
        return f"{self.collection} {self.name}"


def _up(*names: str) -> Keys:
    return tuple((name, ASCENDING) for name in names)


def _down(*names: str) -> Keys:
    return tuple((name, DESCENDING) for name in names)


def _mirror(collection: str, *content: str) -> Iterator[Index]:
    """A mirror's: by version and state, by content fields, and the end of its stubs (only they have ``expires``)."""
    yield Index(collection, _up("tenant", "connection", "version"))
    yield Index(collection, _up("tenant", "connection", "state"))
    for name in content:
        yield Index(collection, _up("tenant", "connection", f"content.{name}"))
    yield _expiry(collection)


def _expiry(collection: str) -> Index:
    return Index(collection, _up("expires"), {"expireAfterSeconds": 0})


def _rejects(collection: str) -> Iterator[Index]:
    yield Index(collection, _up("tenant", "connection", "version"))
    yield _expiry(collection)


INDEXES: tuple[Index, ...] = (
    *_mirror("tickets", "client_id"),
    Index("tickets", (*_up("tenant", "connection"), *_down("content.last_action", "content.id"))),
    *_mirror("comments"),
    *_mirror("companies", "name"),
    *_mirror("contacts", "name", "client_id", "email"),
    *_mirror("opportunities", "client_id", "opptype", "occurred"),
    *_mirror("projects", "client_id", "summary"),
    *_mirror("assets", "client_id", "type_id", "serial"),
    *_mirror("reference"),
    Index("connections", _up("next_sync_at")),
    Index("connections", _up("deleted"), {"sparse": True}),
    Index("erasures", _up("tenant", "connection", "contact")),
    Index("connections", _up("put_off"), {"partialFilterExpression": {"put_off": {"$type": "date"}}}),
    Index("tenants", _up("left"), {"partialFilterExpression": {"left": {"$type": "string"}}}),
    Index("company_links", _up("tenant", "connection", "portal_company"), {"unique": True}),
    Index("account_choices", _up("tenant", "connection", "batch")),
    Index("accounts", _up("tenant", "connection", "contacts")),
    Index("accounts", _up("tenant", "connection", "portal_user")),
    Index("accounts", _up("facts.announced"), {"partialFilterExpression": {"facts.announced": False}}),
    Index("imports", _up("facts.announced"), {"partialFilterExpression": {"facts.announced": False}}),
    Index("company_links", _up("tenant", "connection", "import")),
    Index("portal_users", _up("tenant", "email")),
    Index("planner_choices", _up("tenant", "connection", "subject")),
    Index("planner_items", _up("tenant", "connection", "opportunity")),
    Index("planner_items", _up("facts.announced"), {"partialFilterExpression": {"facts.announced": False}}),
    Index("devices", _up("tenant", "connection", "client_id")),
    # One device a serial, one an asset: partial, since those without any would all be the same to a unique index.
    Index(
        "devices",
        _up("tenant", "connection", "serial"),
        {"unique": True, "partialFilterExpression": {"serial": {"$type": "string"}}},
    ),
    Index(
        "devices",
        _up("tenant", "connection", "assets"),
        {"unique": True, "partialFilterExpression": {"assets.0": {"$exists": True}}},
    ),
    Index("devices", _up("told"), {"partialFilterExpression": {"told": False}}),
    Index("asset_choices", _up("tenant", "connection", "subject")),
    Index("commands", _up("published", "recorded")),
    Index("commands", _up("repeat_at"), {"partialFilterExpression": {"accepted": False}}),
    Index("commands", _up("tenant", "command_id")),
    Index("commands", _up("tenant", "accepted")),
    _expiry("commands"),
    Index("audit", (("tenant", ASCENDING), ("at", DESCENDING))),
    Index("audit", _up("announced"), {"partialFilterExpression": {"announced": False}}),
    Index("audit", _up("at"), {"expireAfterSeconds": 400 * DAY_SECONDS}),
    Index("runs", (("tenant", ASCENDING), ("created", DESCENDING))),
    Index("runs", _up("state", "tenant")),
    Index("runs", _up("tenant", "command.ticket_id"), {"partialFilterExpression": {"kind": "ticket.comment"}}),
    Index("runs", _up("tenant", "command.client_id"), {"partialFilterExpression": {"kind": "opportunity.create"}}),
    Index("runs", _up("tenant", "command.item"), {"partialFilterExpression": {"kind": "opportunity.create"}}),
    Index("runs", _up("facts.announced"), {"partialFilterExpression": {"facts.announced": False}}),
    _expiry("runs"),
    _expiry("used_links"),
    *_rejects("sync_ticket_rejects"),
    *_rejects("sync_crm_rejects"),
    *_rejects("importer_rejects"),
    Index("dlq_replays", _up("at"), {"expireAfterSeconds": 30 * DAY_SECONDS}),
)


@dataclass(frozen=True)
class IndexDifference:
    """``replaces``: an index of the same name or keys that is in the way. ``sentence`` says what differs."""

    index: Index
    replaces: str | None
    sentence: str


async def index_differences(database: Database) -> list[IndexDifference]:
    """What of the declared indexes is missing or otherwise in the database. Others are nobody's business."""
    present: dict[str, Mapping[str, Any]] = {}
    found: list[IndexDifference] = []
    for index in INDEXES:
        if index.collection not in present:
            present[index.collection] = dict(await database[index.collection].index_information())
        difference = _difference(index, present[index.collection])
        if difference is not None:
            found.append(difference)
    return found


async def missing_indexes(database: Database) -> list[str]:
    """The same as sentences; empty where all is well."""
    return [difference.sentence for difference in await index_differences(database)]


def _difference(index: Index, present: Mapping[str, Any]) -> IndexDifference | None:
    for name, info in present.items():
        keys = tuple((key, direction) for key, direction in info["key"])
        if name != index.name and keys != index.keys:
            continue
        options = {option: info[option] for option in _OPTIONS if option in info and info[option] is not False}
        if keys == index.keys and options == dict(index.options):
            return None
        return IndexDifference(index, name, f"index {index} is otherwise: {options} instead of {dict(index.options)}")
    return IndexDifference(index, None, f"index {index} is missing")
