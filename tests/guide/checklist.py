"""docs/guide-checklist.md: which test proves which statement of the guide, read from the tests' sources alone.

A test names what it proves: ``@pytest.mark.guide("sync.tickets")``; ``"enabled.*"`` names a whole part, for a test
that goes through it row by row. `python -m guide.checklist` writes the file.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guide.statements import PARTS, Statement, statements

TESTS = Path(__file__).parent
CHECKOUT = TESTS.parents[1]
FILE = CHECKOUT / "docs" / "guide-checklist.md"
HEAD = """\
# The guide, statement by statement

What the product's guide tells its reader, in our words; the routes that serve it (below `/api/v1`); the tests that
prove it (in `tests/guide`); and the screen of the wizard's page that shows it (in `services/wizard-api/web/src`).
What has no screen is done in Halo itself, or in the portal's own planner.

This file is generated from `tests/guide/statements.toml` and the tests' sources: `python -m guide.checklist`.
`tests/unit/test_guide_checklist.py` fails where a statement has no test.
"""


@dataclass(frozen=True)
class Proof:
    """A test, and an id that it names; ``group``: the part that it goes through."""

    file: str
    test: str
    id: str

    @property
    def group(self) -> str | None:
        return self.id.removesuffix(".*") if self.id.endswith(".*") else None

    def proves(self, statement: Statement) -> bool:
        return self.group == statement.part or self.id == statement.id


def proofs(folder: Path = TESTS) -> list[Proof]:
    """What every test of the folder says that it proves."""
    return [each for path in sorted(folder.glob("test_*.py")) for each in of_source(path.name, path.read_text())]


def of_source(file: str, source: str) -> list[Proof]:
    """The same of one file's source, where ``file`` is its name."""
    tests = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [Proof(file, test.name, id) for test in tests for id in _named(test)]


def _named(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.guide":
            yield from (ast.literal_eval(argument) for argument in mark.args)


def by_statement(found: list[Proof]) -> dict[str, list[Proof]]:
    """The proofs of each statement, by its id."""
    return {each.id: [proof for proof in found if proof.proves(each)] for each in statements()}


def text() -> str:
    """The file as it should be."""
    proven = by_statement(proofs())
    return "\n".join([HEAD, *(line for part in PARTS for line in _part(part, proven))])


def _part(part: str, proven: Mapping[str, list[Proof]]) -> list[str]:
    rows = [_row(each, proven[each.id]) for each in statements() if each.part == part]
    return [f"## {PARTS[part]}", "", "| Statement | Endpoint | Test | Page |", "|---|---|---|---|", *rows, ""]


def _row(statement: Statement, proven: list[Proof]) -> str:
    tests = "<br>".join(f"`{each.test.removeprefix('test_')}` ({each.file})" for each in proven)
    routes = "<br>".join(f"`{route}`" for route in statement.at)
    file, _, words = statement.page.partition(": ")
    page = f"{words} (`{file}`)" if file else "–"
    return f"| {statement.says} | {routes} | {tests} | {page} |"


if __name__ == "__main__":
    FILE.write_text(text())
