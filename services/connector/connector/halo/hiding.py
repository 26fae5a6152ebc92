"""Taking secrets out of what Halo says, in whatever form it quotes them."""

import html
import json
from collections.abc import Collection
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"


def without(text: str, secrets: Collection[str]) -> str:
    """The text with every secret hidden: as it is, and as it stands in a URL, a form, JSON or a page."""
    found = {form for secret in secrets if secret for form in forms(secret)}
    for form in sorted(found, key=len, reverse=True):  # the longest first, or the rest of it would stay
        text = text.replace(form, HIDDEN)
    return text


def forms(secret: str) -> set[str]:
    """The texts by which a secret may be quoted."""
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
    }
