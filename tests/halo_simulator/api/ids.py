"""Lists of ids alone, `ticketidonly` and `idonly`: every id in one answer (docs/halo.md section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from halo_simulator.api.call import Call
from halo_simulator.api.listing import Listing, dump


def ids_only(call: Call, key: str, ids: Sequence[int]) -> Listing:
    """Pagination is ignored; the fault `truncated_id_list` leaves some out, and may own up to it."""
    fault = call.striking("truncated_id_list")
    shown = ids[: int(len(ids) * fault.params.get("keep", 0.5))] if fault else ids
    honest = fault is None or fault.params.get("honest")
    return Listing(
        key, [dump({"id": key_id}) for key_id in shown], {"record_count": len(ids) if honest else len(shown)}
    )
