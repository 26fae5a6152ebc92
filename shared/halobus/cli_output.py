"""What the command line prints: a table in a terminal, JSON when piped, trouble as one line to standard error."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table


def in_terminal() -> bool:
    """Whether a person reads."""
    return sys.stdout.isatty()


def table(rows: Sequence[Mapping[str, Any]], *, title: str = "") -> Table:
    """Rows as a table; its columns are the first row's keys. Numbers stand right."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name, value in (rows[0] if rows else {}).items():
        made.add_column(name, justify="right" if isinstance(value, int | float) else "left", overflow="fold")
    for row in rows:
        made.add_row(*("" if value is None else str(value) for value in row.values()))
    return made


def show(rows: Sequence[Mapping[str, Any]], empty: str) -> None:
    """Print rows; ``empty`` is what a person reads where there are none."""
    if not in_terminal():
        as_json(list(rows))
    elif rows:
        Console().print(table(rows))
    else:
        typer.echo(empty)


def as_json(value: Any) -> None:
    """Print as one line of JSON."""
    typer.echo(json.dumps(value, default=str, ensure_ascii=False))


def trouble(sentence: str) -> typer.Exit:
    """Say what is wrong; raise what is returned: exit code 1."""
    typer.echo(f"halobus: {sentence}", err=True)
    return typer.Exit(1)
