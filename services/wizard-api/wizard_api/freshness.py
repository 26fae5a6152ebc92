"""Since when a stream is not synced any more: what is stored stays and is shown, marked with that."""

from datetime import datetime

from halobus.streams import StreamName
from wizard_api.connected import State


def not_synced_since(state: State, stream: StreamName) -> datetime | None:
    """When the stream was last synced, where it is switched off or Halo is disconnected; None while it is synced.

    None as well for a stream that never was.
    """
    on = stream is StreamName.REFERENCE or stream in state.enabled()
    if on and state.tenant.state != "disconnected":
        return None
    known = state.tenant.streams.get(stream)
    return known.synced_at if known else None
