"""``halobus keys``: the keys that seal client secrets, and a folder of all secrets for a first start."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from halobus import seal
from halobus.cli_doctor import PRIVATE as PRIVATE_SETTING
from halobus.cli_doctor import key_text
from halobus.cli_output import show, trouble
from halobus.cli_resume import audit_entry, written_now
from halobus.cli_run import run_on_database
from halobus.sealed import credentials, uses
from halobus.store import Database

keys = typer.Typer(help="Sealing keys.", no_args_is_help=True)
PRIVATE, PUBLIC = "sealing-private-keys", "sealing-public-key"
PORTAL = ("jwt-secret", "session-key")


@keys.command("new")
def new_keys() -> None:
    """Print a new sealing key pair, as two settings."""
    private, public = seal.generate()
    typer.echo(f"HALOBUS_SEALING_PRIVATE_KEYS={private}")
    typer.echo(f"HALOBUS_SEALING_PUBLIC_KEY={public}")
    typer.echo(
        "The first goes to the connector alone, above its older ones, one a line; the second to wizard-api.", err=True
    )


@keys.command("rotate")
def rotate_keys(
    private: Annotated[Path, typer.Option(help="The connector's file; the new key is put before those in it.")],
    public: Annotated[Path, typer.Option(help="wizard-api's file; replaced.")],
) -> None:
    """Put a new pair into use, the private key first. Both services see it at once. Written to the audit log.

    The older private keys stay: `halobus keys status` says which still open something.
    """

    async def body(database: Database) -> None:
        old = private.read_text().strip() if private.exists() else ""
        new, opened = seal.generate()
        before = list(seal.private_keys(old))
        _write(private, f"{new}\n{old}".strip())  # first: what is sealed from now on must be opened
        _write(public, opened)
        after = {"newest": seal.key_id(seal.public_key(opened)), "kept": before}
        entry = audit_entry("keys.rotate", "sealing-keys", {"keys": before}, after)
        await database["audit"].update_one({"_id": entry["_id"]}, written_now(entry), upsert=True)
        typer.echo(
            f"{after['newest']} seals from now on. Back up {private} now; `halobus keys status` says what it opens."
        )

    try:
        run_on_database(body)
    except (OSError, ValueError) as error:
        raise trouble(
            f"nothing was rotated: {type(error).__name__}; both files must be readable and writable"
        ) from None


@keys.command("status")
def status_of_keys(
    private: Annotated[Path | None, typer.Option(help="The connector's file, else from its settings.")] = None,
) -> None:
    """Show how many stored credentials each key opens, and which private keys may go."""
    text = key_text(private, PRIVATE_SETTING) or ""

    async def body(database: Database) -> None:
        show(
            status_rows(list(seal.private_keys(text)), uses(await credentials(database))), "no keys and no credentials"
        )

    run_on_database(body)


def status_rows(held: Sequence[str], used: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """A row for each key that the connector has, the newest first, and for each that something is sealed with."""
    rows: list[dict[str, Any]] = []
    for place, id in enumerate([*held, *(id for id in used if id not in held)]):
        counts = used.get(id, {"draft": 0, "active": 0})
        rows.append({"key": id, **counts, "verdict": _verdict(place, id in held, sum(counts.values()))})
    return rows


def _verdict(place: int, is_held: bool, uses: int) -> str:
    if not is_held:
        return "the private key is not among those given: put it back, or have the secrets entered again"
    if place == 0:
        return "the newest: keep"
    if uses:
        return "keep until those admins have saved and tested their secret again"
    return "opens nothing now: keep it as long as a backup from before the rotation may be restored"


@keys.command("init")
def init_keys(
    connector: Annotated[Path, typer.Argument(help="Folder that only the connector sees.")],
    wizard: Annotated[Path, typer.Argument(help="Folder that only wizard-api sees.")],
) -> None:
    """Write what a first start needs into two folders: sealing keys, JWT secret, session key. Keeps what is there."""
    for folder in (connector, wizard):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (connector / PRIVATE).exists():
        private, public = seal.generate()
        _write(connector / PRIVATE, private)
        _write(wizard / PUBLIC, public)
    for name in PORTAL:
        if not (wizard / name).exists():
            _write(wizard / name, secrets.token_urlsafe(48))
    typer.echo(f"secrets are in {connector} and {wizard}: back up {connector / PRIVATE}")


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for its owner alone."""
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(f"{text}\n")
    part.replace(path)
