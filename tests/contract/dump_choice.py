"""Which documents of a database make its dump: all that people decided and what came of it, a few of the rest.

What is kept belongs together: a mirror is kept where something else that is kept stands on it.
"""

from bson import json_util

from halobus.store import Document
from support.backup import Dump

EACH = 3
"""Of each kind and state, where nothing else asks for more."""
LARGEST = 12_000
"""Bytes of a document: a list of hundreds of entries is none that a test needs."""
FEW = frozenset(
    {
        *("tickets", "comments", "companies", "contacts", "opportunities", "projects", "assets"),
        *("runs", "commands", "audit", "budgets"),
    }
)
"""The collections that hold one document a row of Halo's, or a click; of the others all is kept."""


def selected(held: Dump) -> Dump:
    """The dump, by collection, each in the order of its keys."""
    sorted_ = {name: sorted(found, key=lambda each: str(each["_id"])) for name, found in sorted(held.items()) if found}
    small = {name: [each for each in found if _size(each) <= LARGEST] for name, found in sorted_.items()}
    kept = {name: _varied(found) if name in FEW else found for name, found in small.items()}
    for name, wanted in _stood_on(kept).items():
        ids = {each["_id"] for each in kept.get(name, [])}
        kept[name] = [each for each in small.get(name, []) if each["_id"] in ids or each.get("id") in wanted]
    return {name: found for name, found in kept.items() if found}


def _size(document: Document) -> int:
    return len(json_util.dumps(document))


def _varied(documents: list[Document]) -> list[Document]:
    """A few of each kind and state."""
    kept: dict[tuple[object, ...], list[Document]] = {}
    for each in documents:
        kind = each.get("kind") or each.get("action") or each.get("made")
        kept.setdefault((each.get("state"), each.get("reason"), kind), []).append(each)
    return sorted((each for some in kept.values() for each in some[:EACH]), key=lambda each: str(each["_id"]))


def _stood_on(kept: Dump) -> dict[str, set[str]]:
    """By collection of mirrors, the ids that what people decided is about."""

    def named(name: str, field: str) -> set[str]:
        values = [each.get(field) for each in kept.get(name, [])]
        flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
        return {str(one) for one in flat if one is not None}

    contacts = named("accounts", "contacts") | named("erasures", "contact")
    commented = {str(each["command"]["ticket_id"]) for each in kept["runs"] if "ticket_id" in each["command"]}
    return {
        "companies": named("company_links", "company"),
        "contacts": contacts,
        "tickets": commented | named("comments", "id"),
        "comments": commented,
        "opportunities": named("planner_items", "opportunity"),
        "projects": named("planner_choices", "project"),
        "assets": named("devices", "assets"),
    }
