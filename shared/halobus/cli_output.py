"""What the command line prints: a table in a terminal, JSON when piped, trouble as one line to standard error."""

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def in_terminal() -> bool:
    """Whether a person reads."""
    return sys.stdout.isatty()


def table(rows: Sequence[Mapping[str, Any]], *, title: str = "", whole: Collection[str] = ()) -> Table:
    """Rows as a table; its columns are the first row's keys. Numbers stand right. ``whole``: columns never folded, for
    what people copy.
    """
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name, value in (rows[0] if rows else {}).items():
        right = isinstance(value, int | float) and not isinstance(value, bool)
        made.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=name in whole)
    for row in rows:
        made.add_row(*map(_cell, row.values()))
    return made


def _cell(value: Any) -> Text:
    return value if isinstance(value, Text) else Text("" if value is None else str(value))


def span(seconds: float) -> str:
    """A time span as a person says it, by its two greatest units: ``17 min 8 s``."""
    left, parts = round(seconds), list[str]()
    for size, unit in UNITS:
        if left >= size:
            parts.append(f"{left // size} {unit}")
            left %= size
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def moment(at: datetime | None) -> str:
    """A time, in UTC as the column's name has to say: of today without the day; empty where there is none."""
    if at is None:
        return ""
    today = at.astimezone(UTC).date() == datetime.now(UTC).date()
    return f"{at:%H:%M:%S}" if today else f"{at:%m-%d %H:%M}"


def show(
    rows: Sequence[Mapping[str, Any]],
    empty: str,
    *,
    people: Sequence[Mapping[str, Any]] | None = None,
    whole: Collection[str] = (),
) -> None:
    """Print rows; ``empty`` is what a person reads where there are none, ``people`` the rows as one reads them."""
    if not in_terminal():
        as_json(list(rows))
    elif rows:
        Console().print(table(rows if people is None else people, whole=whole))
    else:
        typer.echo(empty)


def as_json(value: Any) -> None:
    """Print as one line of JSON."""
    typer.echo(json.dumps(value, default=str, ensure_ascii=False))


def trouble(sentence: str) -> typer.Exit:
    """Say what is wrong; raise what is returned: exit code 1."""
    typer.echo(f"halobus: {sentence}", err=True)
    return typer.Exit(1)
