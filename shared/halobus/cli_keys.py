"""``halobus keys``: the keys that seal client secrets, and a folder of all secrets for a first start."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from halobus import seal

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


@keys.command("init")
def init_keys(
    connector: Annotated[Path, typer.Argument(help="Folder that only the connector sees.")],
    wizard: Annotated[Path, typer.Argument(help="Folder that only wizard-api sees.")],
) -> None:
    """Write what a first start needs into two folders: sealing keys, JWT secret, session key. Keeps what is there."""
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
