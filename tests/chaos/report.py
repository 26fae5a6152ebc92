"""docs/chaos.md: the rows as last run in full, each with its date; a row that was not run now keeps its line."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from chaos.row import Ground, Row
from chaos.rows import ROWS
from embedded import jars
from halobus import __version__, store
from support.consumers import settings_of

FILE = Path(__file__).resolve().parents[2] / "docs" / "chaos.md"
README = FILE.parents[1] / "README.md"
BEGIN, END = "<!-- chaos -->", "<!-- /chaos -->"
HEAD = """# The promises under kills, repetition and load

Made by `make chaos`. Every ticket of the simulated Halo carries a sequence number: after each row the database is
compared with the simulator record by record, and each run's sum with what Halo listed. `make test` runs the same rows
in small. Latest run: {versions}; {machine}.

| row | what was done | figures | held | run |
|---|---|---|---|---|
"""


def write(rows: Sequence[Row], versions: str, file: Path = FILE) -> None:
    """Put these rows into the table."""
    lines = {**_known(file), **{row.name: _line(row) for row in rows}}
    table = "".join(lines[name] + "\n" for name in ROWS if name in lines)
    file.write_text(HEAD.format(versions=versions, machine=machine()) + table)
    show_in_readme(file)


def show_in_readme(file: Path = FILE, readme: Path = README) -> None:
    """The table without its figures, between the README's two marks."""
    rows = [line.split("|")[1:-1] for line in _known(file).values() if line.split("|")[1].strip() in ROWS]
    short = [f"|{name}|{done}|{held}|{run}|" for name, done, _figures, held, run in rows]
    before, rest = readme.read_text().split(BEGIN)
    text = "\n".join([BEGIN, "| under | what was done | held | run |", "|---|---|---|---|", *short, END])
    readme.write_text(before + text + rest.split(END)[1])


async def versions(ground: Ground) -> str:
    """Halobus, Kafka, MongoDB and Python."""
    async with ground.place() as place:
        database = store.connect(settings_of(place))
        mongodb = (await database.client.server_info())["version"]
        store.close(database)
    python = platform.python_version()
    return f"Halobus {__version__}, Kafka {_kafka()}, MongoDB {mongodb}, Python {python}"


def machine() -> str:
    """Cores and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}"


def _kafka() -> str:
    """The embedded one's version; one that somebody else started doesn't tell it to clients."""
    found = re.search(r"kafka_2\.13/([\d.]+)/", jars.LOCK.read_text())
    given = "KAFKA_BOOTSTRAP_SERVERS" in os.environ or os.environ.get("STACK", "embedded") != "embedded"
    return "as given" if given or found is None else found.group(1)


def _known(file: Path) -> dict[str, str]:
    """The table's lines by row, as they stand."""
    lines = file.read_text().splitlines() if file.exists() else []
    return {line.split("|")[1].strip(): line for line in lines if line.count("|") == 6}


def _line(row: Row) -> str:
    figures = "; ".join(f"{name}: {figure}" for name, figure in row.figures.items())
    held = "yes" if row.held else f"**no**: {'; '.join(row.broken)}"
    cells = [row.name, row.done, figures, held, f"{datetime.now(UTC):%Y-%m-%d}"]
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"
