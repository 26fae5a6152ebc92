"""A row of ``/Users`` as a clean contact: what it is, and whether its address is one."""

from typing import Any, Literal

from connector.halo.clean import (
    CleanError,
    Row,
    as_row,
    own_id,
    pick,
    to_assigned,
    to_bool,
    to_id,
    to_name,
    to_time,
)
from halobus.addresses import address_of
from halobus.messages import Contact

Kind = Literal["person", "general_user", "agent", "service_account", "prospect"]


def contact(row: Any, *, offset_minutes: int = 0) -> Contact:
    """Clean one contact; CleanError names the field that can't be read."""
    row = as_row(row)
    address = to_name(row.get("emailaddress"), "emailaddress")
    email = address_of(address)
    problem: Literal["blank", "invalid"] = "blank" if address is None else "invalid"
    return Contact(
        id=own_id(row),
        client_id=to_assigned(row.get("client_id"), "client_id"),
        site_id=to_id(pick(row, "site_id_int", "site_id"), "site_id"),
        name=_name(row, email),
        first_name=to_name(row.get("firstname"), "firstname"),
        last_name=to_name(row.get("surname"), "surname"),
        title=to_name(row.get("title"), "title"),
        email=email,
        email_problem=None if email else problem,
        phone=to_name(row.get("phonenumber"), "phonenumber"),
        mobile=to_name(row.get("mobilenumber"), "mobilenumber"),
        inactive=to_bool(row.get("inactive"), "inactive"),
        kind=kind_of(row),
        important=to_bool(row.get("isimportantcontact"), "isimportantcontact"),
        last_update=to_time(pick(row, "last_update", "lastupdate"), "last_update", offset_minutes),
    )


def kind_of(row: Row) -> Kind:
    """What stands behind a contact. Nothing but its name marks a site's General User (docs/halo.md, 6.2)."""
    name = to_name(row.get("name"), "name")
    if name is not None and name.casefold() == "general user":
        return "general_user"
    if to_assigned(row.get("linked_agent_id"), "linked_agent_id") is not None:
        return "agent"
    if to_bool(row.get("isserviceaccount"), "isserviceaccount"):
        return "service_account"
    return "prospect" if to_bool(row.get("is_prospect"), "is_prospect") else "person"


def _name(row: Row, email: str | None) -> str:
    """Halo's name; where it has none, the parts of one, or the address."""
    parts = [to_name(row.get(field), field) for field in ("firstname", "surname")]
    name = to_name(row.get("name"), "name") or " ".join(part for part in parts if part) or email
    if not name:
        raise CleanError("name", "is missing or empty")
    return name
