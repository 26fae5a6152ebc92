"""How Halo reads ``lastupdatefromdate``."""

from datetime import UTC, datetime, timedelta, timezone

from halobus.documents import Zone


def format_since(moment: datetime, zone: Zone | None) -> str:
    """An aware time as Halo is asked for it: in the measured zone and with its offset, so that a Halo that honours

    offsets and one that reads the digits alone both understand the same moment.
    """
    minutes = zone.offset_minutes if zone is not None and zone.offset_minutes is not None else 0
    local = moment.astimezone(timezone(timedelta(minutes=minutes)) if minutes else UTC)
    return local.isoformat(timespec="seconds").replace("+00:00", "Z")
