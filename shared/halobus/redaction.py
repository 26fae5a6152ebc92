"""What may stand in a log line: no secret, no document's content."""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from pydantic import ValidationError

from halobus.store import PyMongoError

REDACTED = "[redacted]"
LONGEST = 500
"""Characters of an exception's message that are kept."""

_SECRET_KEY = re.compile(
    r"(^|[_\-.])(secret|token|password|passwd|authorization|cookie|api[_-]?key|private[_-]?keys?|jwt|sealed|blob)s?$",
    re.I,
)
_SECRET_TEXT = re.compile(
    r"(?i)(bearer\s+|(?:client_secret|access_token|refresh_token|id_token|password|authorization)[\"']?\s*[=:]\s*[\"']?)"
    r"[^\s\"'&,}]+"
)
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")


def redact(value: Any, key: str = "") -> Any:
    """A copy without the values of secret keys and without secrets inside of texts."""
    if _SECRET_KEY.search(key):
        return REDACTED if value is not None else None
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {name: redact(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    return value


def scrub(text: str) -> str:
    """A text without bearer tokens, ``client_secret=`` and the like, and ``user:password@`` in addresses."""
    return _USER_INFO.sub(f"{REDACTED}@", _SECRET_TEXT.sub(lambda found: found[1] + REDACTED, text))


def message(error: BaseException) -> str:
    """What an exception may say: drivers and validators put whole documents in their messages, so these say less."""
    if isinstance(error, PyMongoError):
        told = getattr(error, "details", None) or {}  # the server's own word for the code is no content
        return f"code {getattr(error, 'code', None)}" + (f", {told['codeName']}" if "codeName" in told else "")
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in problems)[:LONGEST]
    return scrub(str(error))[:LONGEST]


def exception(error: BaseException) -> list[dict[str, Any]]:
    """An exception and its causes as data: type, message, frames ``file:line function``; no locals, no source."""
    chain: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = _frames(current.__traceback__)
        chain.append({"type": type(current).__qualname__, "message": message(current), "frames": frames})
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _frames(traceback: TracebackType | None) -> list[str]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames
