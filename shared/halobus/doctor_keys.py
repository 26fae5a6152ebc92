"""``halobus doctor`` on the sealing keys: do they open all that is stored, does the backup, do both halves match?"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from nacl.public import PrivateKey

from halobus import seal
from halobus.doctor import Check
from halobus.sealed import Held

PART = "sealing keys"


def opened(private: str | None, held: Sequence[Held]) -> list[Check]:
    """Whether the connector's keys open every stored credential. ``private``: their text, None where not given."""
    if not private:
        remedy = "run it where HALOBUS_SEALING_PRIVATE_KEYS_FILE is set, or give --keys FILE"
        return [Check(PART, "warning", "the private keys are not given, so nothing was opened", remedy)]
    keys = _read(private)
    if keys is None:
        return [Check(PART, "wrong", "the private keys can't be read", "base64, one a line: `halobus keys new`")]
    return _opens(PART, keys, held, "put the missing private key back, or have these admins enter their secret again")


def backup(path: Path, held: Sequence[Held]) -> list[Check]:
    """Whether the keys in a backup open every stored credential."""
    part = f"{PART}, backup"
    try:
        keys = _read(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        return [Check(part, "wrong", f"{path} can't be read: {type(error).__name__}", "back the keys up again")]
    if not keys:
        return [Check(part, "wrong", f"{path} holds no keys", "back the keys up again")]
    return _opens(part, keys, held, "back up the file that the connector has now")


def matching(private: str | None, public: str | None) -> list[Check]:
    """Whether wizard-api seals for the connector's newest key."""
    keys = _read(private) if private else None
    if not keys or not public:
        return []
    try:
        sealing = seal.key_id(seal.public_key(public.strip()))
    except (ValueError, TypeError):
        return [Check(PART, "wrong", "the public key can't be read", "one line of base64: `halobus keys new`")]
    newest = next(iter(keys))
    if sealing == newest:
        return [Check(PART, "ok", f"wizard-api seals with {sealing}, the connector's newest")]
    if sealing in keys:
        remedy = "give wizard-api the newest public key to end the rotation"
        return [Check(PART, "warning", f"wizard-api seals with {sealing}, the newest is {newest}", remedy)]
    remedy = "give the connector its private key first: what is saved now can't be opened"
    return [Check(PART, "wrong", f"wizard-api seals with {sealing}, which the connector does not have", remedy)]


def _opens(part: str, keys: Mapping[str, PrivateKey], held: Sequence[Held], remedy: str) -> list[Check]:
    faults = [
        Check(part, "wrong", f"tenant {each.tenant}, {each.where}: {problem}", remedy)
        for each in held
        if (problem := each.problem(keys)) is not None
    ]
    return faults or [Check(part, "ok", f"{len(keys)} keys open all {len(held)} stored credentials")]


def _read(text: str) -> dict[str, PrivateKey] | None:
    try:
        return seal.private_keys(text)
    except (ValueError, TypeError):
        return None
