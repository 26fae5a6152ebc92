"""What is an e-mail address: the rule by which the same person is known again, in Halo and in the portal."""

import re

_LONGEST = 254
"""Characters of an address, and 64 of the part before the @ (RFC 5321)."""
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"(?P<local>[^\s@<>(),;:\"\\\[\]]{{1,64}})@(?:{_LABEL}\.)+{_LABEL}")


def address_of(text: str | None) -> str | None:
    """An e-mail address in small letters, by which the same person is known again; None for what is no address."""
    found = _ADDRESS.fullmatch(text) if text is not None and len(text) <= _LONGEST else None
    if found is None or ".." in found["local"] or found["local"][0] == "." or found["local"][-1] == ".":
        return None
    return found.string.lower()
