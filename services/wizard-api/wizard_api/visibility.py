"""What a caller may see of the mirrors: generation and scope for everybody, their own companies for a client's user."""

from halobus.store import Document
from halobus.streams import StreamName
from wizard_api.auth import Principal
from wizard_api.connected import State
from wizard_api.status import shown


def tickets(caller: Principal, state: State) -> list[Document]:
    """Filters that all hold for every ticket the caller sees."""
    return [shown(state, StreamName.TICKETS), *_own(caller, "content.client_id")]


def companies(caller: Principal, state: State) -> list[Document]:
    """Filters that all hold for every company the caller sees."""
    return [shown(state, StreamName.COMPANIES), *_own(caller, "content.id")]


def contacts(caller: Principal, state: State) -> list[Document]:
    """Filters that all hold for every contact the caller sees."""
    return [shown(state, StreamName.CONTACTS), *_own(caller, "content.client_id")]


def _own(caller: Principal, field: str) -> list[Document]:
    return [] if caller.companies is None else [{field: {"$in": sorted(caller.companies)}}]
