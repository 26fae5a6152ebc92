"""Halo's own words, out of the many shapes of its error bodies (docs/halo.md, Errors)."""

import html
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from connector.halo.hiding import without

LIMIT = 500
_READ = 20_000
_BLOCK = re.compile(r"<(script|style|head)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
_PAGE_STARTS = ("<!doctype", "<html", "<head", "<body", "<?xml", "<!--")


def looks_like_html(text: str) -> bool:
    """Whether a body is a web page, whatever its content type says."""
    return text.lstrip("\ufeff \t\r\n")[:20].lower().startswith(_PAGE_STARTS)


def words(text: str, hide: Collection[str] = ()) -> str | None:
    """What Halo said, as one line without tags, at most 500 characters; None where it said nothing.

    ``hide``: secrets that must not be repeated, even if Halo's answer quotes them.
    """
    # Before anything is cut or decoded, which could leave a part of a secret, and after: decoding may bring one out.
    told = without(text, hide)
    said = without(told if looks_like_html(told) else _from_json(told), hide)[:_READ]
    plain = without(_SPACE.sub(" ", html.unescape(_TAG.sub(" ", _BLOCK.sub(" ", said)))).strip(), hide)
    return (plain if len(plain) <= LIMIT else plain[: LIMIT - 1] + "…") or None


def error_code(text: str) -> str:
    """The OAuth ``error`` of a token endpoint's answer, lower case, or an empty string."""
    body = _parse(text)
    code = body.get("error") if isinstance(body, Mapping) else None
    return code.strip().lower() if isinstance(code, str) else ""


def _parse(text: str) -> Any:
    """The body as JSON, or the text itself where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _from_json(text: str) -> str:
    """The message inside a JSON body; the body as it is where it has none that we know."""
    body = _parse(text)
    if isinstance(body, str):
        return body
    if isinstance(body, Mapping):
        return _named(body) or _binding(body) or text
    return text


def _named(body: Mapping[str, Any]) -> str:
    """The shapes that name their message, in the order in which public clients try them."""
    for name in ("errorMessage", "Message", "message", "error_description", "error", "detail", "title"):
        value = body.get(name)
        if isinstance(value, str) and value.strip():
            code = body.get("error")
            return f"{code}: {value}" if name == "error_description" and isinstance(code, str) else value
    return ""


def _binding(body: Mapping[str, Any]) -> str:
    """A model-binding dictionary: the path of each refused value with what is wrong with it."""
    lines = [f"{path}: {'; '.join(map(str, found))}" for path, found in body.items() if _is_text_list(found)]
    return ". ".join(lines) if len(lines) == len(body) else ""


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
