"""``If-Match`` and ``If-None-Match`` of settings: which revision a change was made from."""

import re
from typing import Annotated

from fastapi import Depends, Header

from wizard_api.problems import ProblemError, invalid

_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


async def expected_revision(
    if_match: Annotated[
        str | None, Header(max_length=100, description="The ETag that the change was made from")
    ] = None,
    if_none_match: Annotated[str | None, Header(max_length=100, description="`*` for the first save")] = None,
) -> int | None:
    """The revision, 0 for the first save, None where the caller said nothing."""
    if if_match is None:
        return 0 if (if_none_match or "").strip() == "*" else None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise invalid(("If-Match", 'must be the ETag that GET answered with, such as "3"'))
    return int(found[1])


Expected = Annotated[int | None, Depends(expected_revision)]


def required(expected: int | None) -> int:
    """The revision, or ProblemError 428."""
    if expected is not None:
        return expected
    raise ProblemError(
        428,
        "precondition-required",
        "Say which revision your change was made from",
        remedy="Send the ETag of GET as If-Match, or If-None-Match: * for the first save.",
    )
