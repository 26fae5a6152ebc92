"""How Halo writes and reads times (docs/halo.md section 8): naive, in the server's zone, 1900 for none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from halo_simulator.config import Config

EMPTY_DATE = "1900-01-01T00:00:00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class TimeFormat:
    """Writes epoch seconds as rows show them and reads them from parameters."""

    def __init__(self, config: Config) -> None:
        self._offset = timedelta(minutes=config.utc_offset_minutes)
        self._suffix = "Z" if config.times == "z" else ""
        self._shown = timedelta(0) if config.times == "z" else self._offset
        self._naive_is = self._offset if config.parameter_zone == "local" else timedelta(0)
        self._honour = config.honour_parameter_offset

    def write(self, seconds: int) -> str:
        """A time as a row carries it; 0 is Halo's empty date."""
        if seconds <= 0:
            return EMPTY_DATE
        return (_EPOCH + timedelta(seconds=seconds) + self._shown).isoformat() + self._suffix

    def read(self, text: str) -> int | None:
        """Epoch seconds of a parameter, or None if it is no time at all."""
        try:
            value = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        except ValueError:
            return None
        if value.tzinfo is not None and self._honour:
            return int(value.timestamp())
        return int(value.replace(tzinfo=timezone(self._naive_is)).timestamp())


def utc(seconds: int) -> str:
    """A time without doubt, for the control API alone."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def epoch(text: str) -> int:
    """Epoch seconds of an ISO time; a naive one is UTC."""
    value = datetime.fromisoformat(text)
    return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
