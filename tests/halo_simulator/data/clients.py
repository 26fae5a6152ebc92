"""Clients with top levels, and their sites."""

from __future__ import annotations

from typing import Any

from halo_simulator.data.mix import mix, pick
from halo_simulator.data.words import ODD_CLIENTS, PLACES, TOWNS, TRADES

Row = dict[str, Any]
UNKNOWN = 1
"""Halo's own client for what belongs to nobody."""
FIRST = 10


def clients(seed: int, count: int) -> list[Row]:
    """`/Client`: id 1 is Unknown, every fifteenth is inactive."""
    return [client_row(UNKNOWN, "Unknown")] + [_client(seed, FIRST + n) for n in range(count)]


def _client(seed: int, key: int) -> Row:
    """One generated client."""
    bits = mix(seed, key, 31)
    odd = key % 11 == 0
    name = pick(bits, 0, ODD_CLIENTS) if odd else f"{pick(bits, 0, TOWNS)} {pick(bits, 8, TRADES)}"
    return client_row(key, f"{name} {key}" if odd or bits >> 60 else name, key % 15 == 0)


def client_row(key: int, name: str, inactive: bool = False) -> Row:
    """A client's row; what only the detail shows is under `_detail`."""
    level = 1 + key % 3
    return {
        "id": key, "name": name, "toplevel_id": level, "toplevel_name": ("Group A", "Group B", "Direct")[level - 1],
        "inactive": inactive, "colour": "#000000", "accountmanagertech": 1, "is_vip": key % 20 == 0,
        "ref": f"C{key:05d}", "customertype": 0, "customer_relationship": [], "notes": "", "stopped": 0,
        "is_account": False, "key": key, "table": 0, "use": "area", "logo": "", "_updated": 0, "_deleted": False,
        "_detail": {"main_site_id": site_id(key, 0), "main_site_name": PLACES[0], "customfields": []},
    }  # fmt: skip


def site_id(client: int, number: int) -> int:
    """The id of a client's n-th site."""
    return client * 4 + number


def sites(seed: int, client: Row) -> list[Row]:
    """`/Site`: one to three a client; `client_id` is a double, as live instances send it."""
    return [_site(client, number) for number in range(site_count(seed, client["id"]))]


def site_count(seed: int, client: int) -> int:
    """How many sites a client has."""
    return 1 + mix(seed, client, 32) % 3


def _site(client: Row, number: int) -> Row:
    """One site."""
    name = site_name(client["id"], number)
    return {
        "id": site_id(client["id"], number), "name": name, "client_id": float(client["id"]),
        "client_name": client["name"], "clientsite_name": f"{client['name']}/{name}", "inactive": client["inactive"],
        "sla_id": -1, "phonenumber": f"+44 20 7946 {client['id'] % 10000:04d}", "timezone": "", "colour": "#000000",
        "_updated": client["_updated"],
    }  # fmt: skip


def site_name(client: int, number: int) -> str:
    """The name of a client's n-th site."""
    return PLACES[0] if number == 0 else PLACES[(client + number) % len(PLACES)]
