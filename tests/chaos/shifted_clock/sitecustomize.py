"""Python imports this when it starts with the folder on PYTHONPATH: the process' clock is then so many seconds off."""

import datetime as dt
import os
import time
from typing import Any

_SECONDS = float(os.environ.get("CHAOS_CLOCK_SECONDS", "0"))
_real_time, _real_time_ns, _real_datetime = time.time, time.time_ns, dt.datetime


class _Any(type):
    """Datetimes that C code made are instances too."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _real_datetime)


class _Shifted(dt.datetime, metaclass=_Any):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None)


if _SECONDS:
    time.time = lambda: _real_time() + _SECONDS
    time.time_ns = lambda: _real_time_ns() + int(_SECONDS * 1e9)
    dt.datetime = _Shifted  # type: ignore[misc]
