"""Where to look next: everything that listens, a token, and the operator's commands."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from demo.parts import Parts
from demo.place import SERVICES, SIMULATOR
from demo.view import Column, Table

FILE = "env"
CHANGE = '{"ops":[{"op":"change","id":1001,"status_id":2}]}'
QUICK = '{"kind":"quick","join":true}'


def write(parts: Parts) -> Path:
    """A file to ``source``: Kafka, MongoDB, the API and a token for it. Only its owner may read it."""
    file = parts.place.folder / FILE
    file.touch(mode=0o600)
    file.write_text(text(variables(parts)))
    return file


def variables(parts: Parts) -> dict[str, str]:
    """What a shell needs for ``halobus`` and ``curl``."""
    api = f"{parts.place.url('wizard-api')}/api/v1"
    own = {"API": api, "AUTH": f"Authorization: Bearer {parts.bearer}", "HALO": parts.place.url(SIMULATOR)}
    return parts.environments.stack() | own


def text(values: Mapping[str, str]) -> str:
    """As shell assignments, the folder of ``halobus`` on the path."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    lines.append(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH")
    return "\n".join(lines) + "\n"


def table(parts: Parts) -> Table:
    """All addresses of this run."""
    return Table((Column("where"), Column("address")), list(_rows(parts)))


def _rows(parts: Parts) -> Iterator[tuple[str, str]]:
    place = parts.place
    yield "API description", f"{place.url('wizard-api')}/openapi.json"
    for name in SERVICES:
        yield name, f"{place.url(name)}  /livez /readyz /metrics"
    yield "simulated Halo", f"{place.url(SIMULATOR)}  steer it under /control"
    yield "Kafka", f"{parts.environments.bootstrap_servers}  topics {place.topic_prefix}*"
    yield "MongoDB", f"{parts.environments.mongodb_uri}  database {place.database}"
    yield "logs", str(_short(place.logs))


def commands(parts: Parts) -> Table:
    """To be typed into another terminal."""
    rows = [
        ("first", f"source {_short(parts.place.folder / FILE)}"),
        ("lag of all groups", "halobus lag"),
        ("runs and their sums", "halobus runs"),
        ("the integration", 'curl -sH "$AUTH" $API/integrations/halo'),
        ("three tickets", 'curl -sH "$AUTH" "$API/tickets?limit=3"'),
        ("change one in Halo", f"curl -s $HALO/control/tickets -d '{CHANGE}'"),
        ("Quick Sync", f"curl -sH \"$AUTH\" -H 'Content-Type: application/json' $API/syncs -d '{QUICK}'"),
    ]
    return Table((Column("in another terminal"), Column("type")), rows)


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
