"""Where things stand and what may know what: the rules of the tree, kept by a test."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SERVICES = {
    path.parent.name: path
    for path in (CHECKOUT / "services").glob("*/*/__init__.py")
    for path in [path.parent]  # services/sync-ticket/sync_ticket
}
PACKAGES = {path.name: path for path in SERVICES.values()} | {
    "halobus": CHECKOUT / "shared" / "halobus",
    "embedded": CHECKOUT / "deploy" / "embedded",
    "demo": CHECKOUT / "deploy" / "demo",
    "halo_simulator": CHECKOUT / "tests" / "halo_simulator",
    "support": CHECKOUT / "tests" / "support",
}
DEPLOYABLES = {path.name for path in SERVICES.values()}
DRIVERS = {"motor", "pymongo", "bson"}
MAY_KNOW = {
    "halobus": {"halobus"},
    **{name: {name, "halobus"} for name in DEPLOYABLES},
    "embedded": {"embedded"},
    "halo_simulator": {"halo_simulator"},
}
"""Which of our packages a package may import; those that aren't named, tests and the demo, may import all."""
SHIPPED = sorted(
    path for root in ("shared", "services", "deploy") for path in (CHECKOUT / root).rglob("*.py") if path.is_file()
)
PROSE = (".md", ".toml", ".py", ".txt", ".lock", ".yml", ".yaml", ".json", ".sha256", ".cfg")
LINES, FUNCTION_LINES, APP_LINES = 300, 40, 60


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def at(path: Path, node: ast.AST | None = None) -> str:
    """``file:line``, as a person can open it."""
    return f"{path.relative_to(CHECKOUT)}:{getattr(node, 'lineno', 1)}"


def module_of(path: Path, package: str) -> str:
    """The module's dotted name."""
    parts = path.relative_to(PACKAGES[package].parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its name."""
    return {module_of(path, name): path for name, root in PACKAGES.items() for path in root.rglob("*.py")}


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """The modules that a file imports; ``from a import b`` gives ``a.b`` where that is a module, else ``a``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((name.name, node) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield (inner if inner in modules() else node.module), node


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {name: {found for found, _ in imports(path) if found in modules()} for name, path in modules().items()}
    assert circle(graph) is None, " imports ".join(circle(graph) or [])


def test_a_circle_would_be_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) is None
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_services_never_import_each_other_and_halobus_imports_none() -> None:
    foreign = [
        f"{at(path, node)} imports {found}"
        for name, path in modules().items()
        for found, node in imports(path)
        if found.split(".")[0] in PACKAGES
        and found.split(".")[0] not in MAY_KNOW.get(name.split(".")[0], set(PACKAGES))
    ]
    assert foreign == []


def test_only_the_store_knows_the_driver() -> None:
    store = CHECKOUT / "shared" / "halobus" / "store.py"
    others = [
        f"{at(path, node)} imports {found}"
        for path in SHIPPED
        if path != store and not path.is_relative_to(CHECKOUT / "deploy" / "embedded")
        for found, node in imports(path)
        if found.split(".")[0] in DRIVERS
    ]
    assert others == []


def test_every_service_has_an_app_that_can_be_read_at_a_glance() -> None:
    assert len(SERVICES) == 5
    for path in SERVICES.values():
        lines = len((path / "app.py").read_text().splitlines())
        assert lines < APP_LINES, f"{at(path / 'app.py')}: {lines} lines"
        assert path.name == path.parent.name.replace("-", "_"), "the module is the service's name with underscores"


def test_files_and_functions_stay_small_and_say_what_they_are() -> None:
    assert [f"{at(path)}: {n} lines" for path in SHIPPED if (n := len(path.read_text().splitlines())) > LINES] == []
    long = [
        f"{at(path, node)} {node.name}: {length} lines"
        for path in SHIPPED
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []
    assert [at(path) for path in SHIPPED if path.stem in ("utils", "util", "helpers", "common", "misc")] == []
    silent = [at(path) for path in SHIPPED if path.stem != "__main__" and not ast.get_docstring(tree(path))]
    assert silent == [], "a module's first line says what it is"


def test_nothing_is_caught_that_is_not_named() -> None:
    bare = [
        at(path, node)
        for path in modules().values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


# Built, so that this file is not its own first finding.
PRIVATE = {
    "a machine's path": "|".join(["/ho" + "me/", "/Us" + "ers/[a-z]", "/wo" + "rk/", "/ro" + "ot/", "/tm" + "p/[a-z]"]),
    "a registry's host": "|".join(
        [
            "py" + r"pi\.org",
            "pythonho" + r"sted\.org",
            "art" + "ifactory",
            "nex" + r"us\.",
            "re" + r"po1\.maven",
            "index-" + "url http",
        ]
    ),
}


@pytest.mark.parametrize("kind", PRIVATE)
def test_the_tree_says_nothing_of_the_machine_that_it_was_written_on(kind: str) -> None:
    pattern = re.compile(PRIVATE[kind])
    found = [
        f"{path.relative_to(CHECKOUT)}:{number}: {line.strip()[:100]}"
        for path in told()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def told() -> list[Path]:
    """Everything that a person reads: sources, documents and what lies at the top."""
    folders = [CHECKOUT / name for name in ("shared", "services", "deploy", "tests", "docs", ".ci")]
    inside = [path for folder in folders if folder.exists() for path in folder.rglob("*")]
    top = list(CHECKOUT.iterdir())
    named = (*PROSE, "Makefile", "Dockerfile", "run")
    fetched = {"node_modules", "frontend"}  # what npm fetched and made: nobody's writing, and not in git
    ours = (path for path in (*inside, *top) if fetched.isdisjoint(path.parts))
    return [path for path in ours if path.is_file() and path.name.endswith(named)]


def test_the_sections_of_halos_facts_that_the_code_cites_exist() -> None:
    facts = (CHECKOUT / "docs" / "halo.md").read_text()
    numbers = set(re.findall(r"^#+ (\d+(?:\.\d+)*)\.? ", facts, re.MULTILINE))
    titles = tuple(re.findall(r"^#+ (?:[\d.]+ )?(.+)$", facts, re.MULTILINE))
    lost = []
    for path in modules().values():
        text = path.read_text()
        unknown = [number for number in cited_numbers(text) if number not in numbers]
        unknown += [title for title in re.findall(r"halo\.md, ([A-Z][^);]+?)\)", text) if not begins(titles, title)]
        lost += [f"{at(path)}: docs/halo.md has no section {each!r}" for each in unknown]
    assert lost == []
    assert "10" in numbers
    assert cited_numbers("(docs/halo.md sections 5 to 7 and 11)") == ["5", "7", "11"]


def begins(titles: tuple[str, ...], cited: str) -> bool:
    """Whether a title begins with what is cited: "Pagination" is enough for "Pagination and filters"."""
    return any(title.startswith(cited) for title in titles)


def cited_numbers(text: str) -> list[str]:
    """The section numbers that a text cites: ``docs/halo.md section 5``, ``sections 5 to 7``, ``§ 3``."""
    joined = " ".join(text.split())
    cited = re.findall(r"halo\.md,? (?:sections?|§) ?([\d., toand-]+)", joined)
    return [number for found in cited for number in re.findall(r"\d+(?:\.\d+)*", found)]


def circle(graph: dict[str, set[str]]) -> list[str] | None:
    """A path in the graph that ends where it begins, or None."""
    done: set[str] = set()

    def follow(name: str, trail: list[str]) -> list[str] | None:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return None
        found = next(filter(None, (follow(each, [*trail, name]) for each in sorted(graph[name]))), None)
        done.add(name)
        return found

    return next(filter(None, (follow(name, []) for name in sorted(graph))), None)
