"""The contacts that should be stored, from the simulator's own account of them."""

from typing import Any

from halo_simulator.control import Control


async def people(control: Control) -> dict[int, dict[str, Any]]:
    """Who should be stored, by id."""
    return {row["id"]: person(row) async for row in control.contacts() if row["kind"] == "person"}


def person(row: dict[str, Any]) -> dict[str, Any]:
    """What should be stored of a contact."""
    address = row["emailaddress"].lower()
    name, _, domain = address.partition("@")
    valid = bool(name) and "." in domain and "@" not in domain and " " not in address
    problem = None if valid else "invalid" if address else "blank"
    return {
        "id": row["id"], "client_id": row["client_id"], "site_id": row["site_id"], "name": row["name"],
        "first_name": row["firstname"] or None, "last_name": row["surname"] or None, "title": row["title"] or None,
        "email": address if valid else None, "email_problem": problem, "phone": row["phonenumber"] or None,
        "mobile": row["mobilenumber"] or None, "inactive": row["inactive"], "kind": "person",
        "important": row["isimportantcontact"], "last_update": None,
    }  # fmt: skip
