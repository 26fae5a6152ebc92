"""Changes to contacts from outside Halo's interface, and the truth about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from halo_simulator.data.contacts import Contacts
from halo_simulator.times import utc


def apply(contacts: Contacts, clock: int, op: Mapping[str, Any]) -> int:
    """One operation; the contact's id. `{"op": "change", "id": 643, "emailaddress": "a@b.example"}`."""
    kind, values = op["op"], {key: value for key, value in op.items() if key not in ("op", "id", "at")}
    now = int(op.get("at") or clock)
    if kind == "create":
        return contacts.create(values, now)
    user = int(op["id"])
    if kind == "delete":
        contacts.delete(user)
    elif kind in ("change", "deactivate", "activate"):
        state = {} if kind == "change" else {"inactive": kind == "deactivate"}
        contacts.change(user, values | state, now)
    else:
        raise ValueError(f"unknown operation {kind!r}")
    return user


def dump(contacts: Contacts, start: int, limit: int) -> dict[str, Any]:
    """Up to `limit` contacts from id `start` that are there; `next` is where to go on, or null."""
    rows: list[dict[str, Any]] = []
    for user in contacts.ids():
        if user < start:
            continue
        if len(rows) >= limit:
            return {"contacts": rows, "next": user}
        if contacts.row(user) is not None:
            rows.append(truth(contacts, user))
    return {"contacts": rows, "next": None}


def truth(contacts: Contacts, user: int) -> dict[str, Any]:
    """One contact as it is; `deleted` is all that is told of one that is gone."""
    row = contacts.row(user)
    if row is None:
        return {"id": user, "deleted": True}
    shown = {key: value for key, value in row.items() if key[0] != "_"}
    return shown | {
        "site_id": row["site_id_int"], "kind": kind_of(row), "sequence": row["_sequence"], "deleted": False,
        "last_update": utc(row["_updated"]),
    }  # fmt: skip


def kind_of(row: Mapping[str, Any]) -> str:
    """What stands behind the contact."""
    if row["_general"]:
        return "general_user"
    if row["linked_agent_id"] > 0:
        return "agent"
    if row["isserviceaccount"]:
        return "service_account"
    return "prospect" if row["is_prospect"] else "person"
