"""Which of an opportunity's fields a refusal of Halo's is about: its names, or its labels, turned into ours."""

import re

_NAMES: tuple[tuple[str, str], ...] = (
    ("client_id", r"client_?id|client"),
    ("summary", r"summary"),
    ("details", r"details(?:_html)?"),
    ("value", r"opp_?value|opportunity value"),
    ("target", r"(?:opp_?)?target_?date|target date"),
    ("opptype", r"opp_?type|opportunity type"),
    ("ticket_type_id", r"ticket_?type(?:_?id)?|ticket type"),
    ("workflow_id", r"workflow(?:_?id)?"),
    ("stage_id", r"(?:workflow|pipeline)[_ ]?(?:stage|step)(?:_?id)?|stage"),
    ("probability", r"opp_?conversion_?probability|conversion probability|probability"),
    *((f"categories.{level - 1}", rf"category(?:_?id)?[_ ]?{level}") for level in range(1, 5)),
)
_EACH = tuple((ours, re.compile(rf"(?<![a-z0-9_])(?:{names})(?![a-z0-9_])", re.IGNORECASE)) for ours, names in _NAMES)


def fields_of(words: str) -> list[str]:
    """Our names of the fields that Halo's words name, in their order there; empty where they name none.

    Words such as ``client`` in a sentence count as well: better a field too many than an admin who searches.
    """
    found = {ours: place.start() for ours, pattern in _EACH if (place := pattern.search(words)) is not None}
    return sorted(found, key=lambda ours: found[ours])
