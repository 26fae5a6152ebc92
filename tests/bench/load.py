"""The records that both contenders store: tickets of 1.4 KB, as the connector publishes them."""

from typing import Any

from halobus.publisher import Raw
from support.records import number, ticket

TEXT = "The printer on the second floor prints every page twice, and the second one upside down. "
BYTES = 1_400
PER_PAGE = 100


def tickets(count: int) -> list[Raw]:
    """``count`` different tickets; each hundred of them has a version of its own, like the rows of a page."""
    return [_ticket(id) for id in range(1, count + 1)]


def _ticket(id: int) -> Raw:
    fields: dict[str, Any] = {
        "type_id": 1 + id % 7,
        "sla_id": 1,
        "priority_id": 1 + id % 4,
        "client_id": 10 + id % 400,
        "site_id": 10 + id % 900,
        "user_id": id % 5_000,
        "user_name": f"User {id % 5_000}",
        "user_email": f"user{id % 5_000}@client{id % 400}.example",
        "team": "Projects",
        "agent_id": 2 + id % 40,
        "categories": ["Hardware>Printer", None, None, None],
        "on_hold": False,
        "occurred": "2026-05-01T08:00:00Z",
        "last_action": "2026-06-01T09:30:00Z",
        "last_update": f"2026-06-01T10:{id % 60:02d}:00Z",
        "respond_by": "2026-05-01T12:00:00Z",
        "fix_by": "2026-05-03T08:00:00Z",
    }
    bare = ticket(id, number(1 + id // PER_PAGE), **fields)
    missing = max(0, BYTES - len(bare.value or b"") - len(', "details": ""'))
    return ticket(id, number(1 + id // PER_PAGE), **fields, details=(TEXT * 20)[:missing])
