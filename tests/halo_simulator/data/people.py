"""Contacts, generated from their ids: people, General Users, service accounts, prospects, and agents' own contacts."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.clients import site_count, site_id, site_name
from halo_simulator.data.mix import guid, mix, pick
from halo_simulator.data.words import FAMILY, GIVEN

Row = dict[str, Any]
USERS_A_CLIENT = 64
"""Ids a client has for its contacts; not all of them are used."""
GENERAL_USERS = 3
"""The first ids are the General Users of the client's sites, one a site."""
_PERIOD = 500 * 86_400
_TITLES = ("", "", "Office Manager", "Finance Director", "Receptionist", "Partner", "IT Lead")
_INVALID = ("n/a", "reception@", "two@at@example.com", "no address", "sales @client.example", "@example.com")
_SERVICES = ("Scanner", "Backup", "Azure AD Sync", "No Reply")


def user_id(client: int, number: int) -> int:
    """The id of a client's n-th contact; number 0 is the General User of its first site."""
    return client * USERS_A_CLIENT + number


def persons(seed: int, client: int, each: int) -> int:
    """How many contacts a client has beside the General Users; about `each`."""
    return each // 2 + mix(seed, client, 34) % (each + 1)


def numbers(seed: int, client: int, each: int) -> list[int]:
    """The numbers of a client's contacts: a General User a site, then the others."""
    return [*range(site_count(seed, client)), *range(GENERAL_USERS, GENERAL_USERS + persons(seed, client, each))]


def is_general(user: int) -> bool:
    """Whether it is a site's General User."""
    return user % USERS_A_CLIENT < GENERAL_USERS


def user_name(seed: int, user: int) -> str:
    """The name that goes with a contact's id."""
    if is_general(user):
        return "General User"
    bits = mix(seed, user, 33)
    if _kind(bits) == "service":
        return pick(bits, 0, _SERVICES)
    return f"{pick(bits, 0, GIVEN)} {pick(bits, 12, FAMILY)}"


def user_email(seed: int, user: int) -> str:
    """Its address: some have none, some one that is none, and some share one with contacts of other clients."""
    if is_general(user):
        return ""
    bits = mix(seed, user, 33)
    luck = (bits >> 40) % 60
    if luck < 3:
        return ""
    if luck < 5:
        return pick(bits, 48, _INVALID)
    if luck < 7:
        return f"Accounts{bits % 5}@Holding.example"
    name = user_name(seed, user).lower().replace(" ", ".").replace("'", "")
    return f"{name.title() if luck < 12 else name}@client{user // USERS_A_CLIENT}.example"


def person_row(seed: int, user: int, anchor: int) -> Row:
    """A contact's row; the names of its client and site are added where it is shown."""
    client, number = divmod(user, USERS_A_CLIENT)
    bits = mix(seed, user, 33)
    site = number if is_general(user) else (bits >> 24) % site_count(seed, client)
    kind, name = "general" if is_general(user) else _kind(bits), user_name(seed, user)
    first, _, last = name.partition(" ")
    row = blank_row(user, client, site_id(client, site)) | {
        "name": name, "firstname": first, "surname": last, "emailaddress": user_email(seed, user),
        "_updated": anchor - 2 * 86_400 - bits % _PERIOD, "_general": kind == "general",
    }  # fmt: skip
    if kind != "general":
        row |= _details(seed, user, bits, kind)
    return row


def blank_row(user: int, client: int, site: int) -> Row:
    """A contact of whom nothing is known. `site_id` is a double, as live instances send it."""
    number = site - site_id(client, 0)
    return {
        "id": user, "name": "", "firstname": "", "surname": "", "title": "", "emailaddress": "", "phonenumber": "",
        "mobilenumber": "", "login": "", "inactive": False, "site_id": float(site), "site_id_int": site,
        "site_name": site_name(client, number), "client_id": client, "isimportantcontact": False,
        "linked_agent_id": -1, "isserviceaccount": False, "azureoid": "", "is_prospect": False,
        "neversendemails": False, "role_list": "", "_general": False, "_updated": 0, "_sequence": 0,
    }  # fmt: skip


def _details(seed: int, user: int, bits: int, kind: str) -> Row:
    """What only some contacts have."""
    return {
        "title": pick(bits, 8, _TITLES), "phonenumber": f"+44 20 7946 {bits % 10_000:04d}" if bits & 3 else "",
        "mobilenumber": f"+44 7700 90{(bits >> 4) % 10_000:04d}" if bits & 4 else "", "login": f"user{user}",
        "inactive": (bits >> 30) % 9 == 0, "isimportantcontact": (bits >> 34) % 25 == 0,
        "azureoid": guid(seed, user, 35), "isserviceaccount": kind == "service", "is_prospect": kind == "prospect",
        "linked_agent_id": 5 + bits % 8 if kind == "agent" else -1,
    }  # fmt: skip


def _kind(bits: int) -> str:
    """Mostly people."""
    return {0: "service", 1: "prospect", 2: "agent"}.get((bits >> 52) % 25, "person")
