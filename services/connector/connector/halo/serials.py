"""Which of an asset's fields say what it is: serial number, maker, model. Pure policy (docs/halo.md section 6.6)."""

import re
from collections.abc import Mapping, Sequence

SERIAL_NAMES = (
    "serialnumber",
    "serialno",
    "servicetag",
    "serial",
    "sn",
    "deviceserialnumber",
    "systemserialnumber",
    "hardwareserialnumber",
    "chassisserialnumber",
    "biosserialnumber",
    "assetserialnumber",
    "serviceno",
)
"""Names without case, blanks and signs. Where a type has several of them, the first that says something counts."""
MANUFACTURER_NAMES = ("manufacturer", "make", "vendor", "brand", "manufacturername")
MODEL_NAMES = ("model", "modelnumber", "modelno", "modelname", "productmodel")
_PLACEHOLDERS = frozenset(
    [
        *(
            "tobefilledbyoem",
            "tobefilledbyoemx",
            "default",
            "defaultstring",
            "oem",
            "systemserialnumber",
            "serialnumber",
        ),
        *("serialno", "chassisserialnumber", "baseboardserialnumber", "none", "null", "nil", "na", "notavailable"),
        *(
            "notapplicable",
            "notspecified",
            "unknown",
            "undefined",
            "unspecified",
            "empty",
            "blank",
            "tbc",
            "tbd",
            "tba",
        ),
        *("test", "invalid", "missing", "notset", "noserial", "noserialnumber", "unassigned"),
        *("123456789", "1234567890", "0123456789", "12345678", "1234567", "123456", "12345", "1234", "123"),
    ]
)
"""What machines, and people, write where no number is, as `plain` leaves it."""
_SHORTEST, _LONGEST = 3, 100


def plain(text: str) -> str:
    """A text without case, blanks and signs."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def serial(text: str | None) -> str | None:
    """The serial number in one spelling (capitals, single blanks), None for what identifies no machine.

    The same number read by another tool may come in small letters or with blanks around it.
    """
    number = re.sub(r"\s+", " ", text or "").strip().upper()
    bare = plain(number)
    if len(bare) < _SHORTEST or len(number) > _LONGEST:
        return None
    return None if bare in _PLACEHOLDERS or len(set(bare)) == 1 else number


def first_named(fields: Sequence[tuple[str, str | None]], names: Sequence[str]) -> Mapping[str, str]:
    """The texts of the fields that have one of these names, most telling name first; the empty ones are left out."""
    found: dict[str, str] = {}
    for name, text in fields:
        if text is not None:
            found.setdefault(plain(name), text)
    return {name: found[name] for name in names if name in found}


def serial_of(fields: Sequence[tuple[str, str | None]]) -> str | None:
    """The asset's serial number, None where no field has a usable one."""
    numbers = (serial(text) for text in first_named(fields, SERIAL_NAMES).values())
    return next((number for number in numbers if number is not None), None)


def manufacturer_of(fields: Sequence[tuple[str, str | None]]) -> str | None:
    """The maker, by the first field that is called so and is not empty; None where there is none."""
    return next(iter(first_named(fields, MANUFACTURER_NAMES).values()), None)


def model_of(fields: Sequence[tuple[str, str | None]]) -> str | None:
    """The model, by the first field that is called so and is not empty; None where there is none."""
    return next(iter(first_named(fields, MODEL_NAMES).values()), None)
