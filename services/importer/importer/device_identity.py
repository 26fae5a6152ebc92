"""What a device is known by: its serial number in one spelling, where Halo holds a real one."""

import unicodedata
from hashlib import blake2b

SHORTEST = 4
"""A shorter serial is more likely a number that somebody counted: not merging two devices does less harm."""
LONGEST = 100
_WORDS = (
    "NONE NULL UNKNOWN UNDEFINED UNSPECIFIED NOTSPECIFIED NOTAPPLICABLE NOTAVAILABLE NOTPRESENT NOTSET EMPTY BLANK "
    "INVALID TEST PENDING DEFAULT DEFAULTSTRING SERIAL SERIALNUMBER SYSTEMSERIALNUMBER CHASSISSERIALNUMBER "
    "BASEBOARDSERIALNUMBER TOBEFILLEDBYOEM TOBEFILLEDBYOEMS NOSERIAL NOSERIALNUMBER SNUNKNOWN SERIALUNKNOWN "
    "0123456789 123456789 1234567890 12345678 1234567 123456 12345 1234 01234567 ABCDEFGH ABC123"
)
_PLACEHOLDERS = frozenset(_WORDS.split())


def serial_key(text: str | None) -> str | None:
    """The serial's letters and digits in capitals; None for a blank, a placeholder, or what is too short to be one."""
    folded = unicodedata.normalize("NFKC", text or "").upper()
    key = "".join(letter for letter in folded if letter.isalnum())[:LONGEST]
    if len(key) < SHORTEST or len(set(key)) == 1 or key in _PLACEHOLDERS:
        return None
    return key


def device_id(serial: str | None, asset: int, number: int = 1) -> str:
    """The id of a new device: the same in every replica. ``number``: the first ones are taken by other devices."""
    known_by = f"serial {serial} {number}" if serial else f"asset {asset} {number}"
    return blake2b(known_by.encode(), digest_size=10).hexdigest()
