"""Every statement of the guide has a test, a route and a screen that are there; the checklist says which."""

import ast
import json
from pathlib import Path

import pytest

from connector.halo.permissions import PERMISSIONS
from guide import checklist
from guide.checklist import CHECKOUT, TESTS, by_statement, of_source, proofs
from guide.statements import PARTS, Statement, permissions, statements

PAGE = CHECKOUT / "services" / "wizard-api" / "web" / "src"


def test_every_statement_has_a_test() -> None:
    assert [id for id, proven in by_statement(proofs()).items() if not proven] == []


def test_every_id_that_a_test_names_is_a_statement() -> None:
    known = {each.id for each in statements()} | {f"{part}.*" for part in PARTS}
    assert [each for each in proofs() if each.id not in known] == []


def test_no_statement_stands_twice() -> None:
    ids, words = [each.id for each in statements()], [each.says for each in statements()]
    assert (len(set(ids)), len(set(words))) == (len(ids), len(words))


@pytest.mark.parametrize("path", sorted(TESTS.glob("test_*.py")), ids=lambda path: path.name)
def test_a_test_that_names_a_whole_part_goes_through_its_rows(path: Path) -> None:
    tests = {
        node.name: node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.AsyncFunctionDef)
    }
    whole = [each.test for each in of_source(path.name, path.read_text()) if each.group]
    assert [name for name in whole if "permissions(" not in ast.unparse(tests[name])] == []


def test_every_route_of_a_statement_is_there() -> None:
    paths = json.loads((CHECKOUT / "docs" / "openapi.json").read_text())["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert [at for each in statements() for at in each.at if at.replace(" ", " /api/v1", 1) not in routes] == []
    assert all(each.at for each in statements())


def test_every_screen_of_a_statement_is_there_and_has_its_words() -> None:
    lost = []
    for each in (one for one in statements() if one.page):
        file, words = each.page.split(": ", 1)
        if not (PAGE / file).is_file() or words not in (PAGE / file).read_text():
            lost.append(f"{each.id}: {each.page}")
    assert lost == []


def test_the_table_of_permissions_is_the_connectors() -> None:
    assert permissions("enabled") == [row.name for row in PERMISSIONS if row.enabled]
    assert permissions("left-off") == [row.name for row in PERMISSIONS if not row.enabled]


def test_the_committed_checklist_is_fresh() -> None:
    fresh = checklist.FILE.read_text() == checklist.text()
    assert fresh, "run `python -m guide.checklist` and commit docs/guide-checklist.md"


def test_a_statement_without_a_test_would_be_found() -> None:
    source = '@pytest.mark.guide("sync.users", "scope.*")\nasync def test_it(): ...\n\ndef test_other(): ...\n'
    found = of_source("test_x.py", source)
    assert [(each.test, each.id, each.group) for each in found] == [
        ("test_it", "sync.users", None),
        ("test_it", "scope.*", "scope"),
    ]
    assert {id for id, proven in by_statement(found).items() if proven} == {
        "sync.users",
        *(each.id for each in statements() if each.part == "scope"),
    }
    assert not found[0].proves(Statement("sync.tickets", "", ()))
