"""Reading Halo's lists: some are bare arrays, some lie under a key, and an older Halo may do the other."""

from collections.abc import Mapping
from typing import Any

from connector.halo.clean import CleanError, to_int
from connector.halo.errors import unexpected

LIST_KEYS: dict[str, str] = {
    "Tickets": "tickets",
    "Opportunities": "tickets",
    "Projects": "tickets",
    "Actions": "actions",
    "Client": "clients",
    "Site": "sites",
    "Users": "users",
    "Asset": "assets",
    "Item": "items",
    "Invoice": "invoices",
    "Quotation": "quotes",
    "Appointment": "appointments",
    "ClientContract": "contracts",
    "Agent": "agents",
    "Team": "teams",
    "Status": "statuses",
    "TicketType": "tickettypes",
    "Priority": "priorities",
    "SLA": "slas",
    "Outcome": "outcomes",
    "Workflow": "workflows",
    "Category": "categories",
    "AssetType": "assettypes",
    "TopLevel": "toplevels",
}
"""The key under which each resource's rows lie, where they lie under one."""


def rows(data: Any, key: str) -> tuple[list[Any], int | None]:
    """The rows of a list and Halo's total, None where it gives none. HaloError where there is no list at all.

    ``record_count`` is the number of rows that match, not of those that came. The rows are not looked at.
    """
    if isinstance(data, list):
        return data, None
    if not isinstance(data, Mapping):
        raise unexpected(f"the list {key}", f"a {type(data).__name__} came instead of a list")
    found = data.get(key)
    if found is None:
        lists = [value for value in data.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else None
    if not isinstance(found, list):
        raise unexpected(f"the list {key}", "the answer holds no such list")
    return found, _total(data)


def _total(data: Mapping[str, Any]) -> int | None:
    """``record_count``, None where it is absent or no count."""
    try:
        total = to_int(data.get("record_count"), "record_count")
    except CleanError:
        return None
    return total if total is not None and total >= 0 else None
