"""The page's types are the API's own, and what it is built with is pinned by its content."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
WEB = CHECKOUT / "services" / "wizard-api" / "web"
GENERATOR = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def test_every_package_is_pinned_by_its_content_and_by_no_address() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    fetched = {name: each for name, each in packages.items() if name}
    assert fetched
    assert [name for name, each in fetched.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in fetched.items() if "resolved" in each] == []


def test_the_types_are_made_from_the_committed_description(tmp_path: Path) -> None:
    node = Path(sys.executable).parent / "node"
    if not GENERATOR.is_file() or not shutil.which(node):
        pytest.skip("the page's tools are not fetched: make page")
    made = tmp_path / "api.d.ts"
    description = CHECKOUT / "docs" / "openapi.json"
    command = [str(each) for each in (node, GENERATOR, description, "--output", made, "--alphabetize")]
    subprocess.run(command, check=True, capture_output=True, cwd=WEB)
    committed = (WEB / "src" / "api" / "api.d.ts").read_text()
    assert made.read_text() == committed, "run `npm run types` in services/wizard-api/web"


def test_the_page_asks_nobody_else_for_anything() -> None:
    sources = [*WEB.glob("*.html"), *WEB.glob("public/*"), *WEB.glob("src/**/*.css"), *WEB.glob("src/**/*.tsx")]
    assert sources
    naming = [str(path) for path in sources if "url(http" in path.read_text() or 'src="http' in path.read_text()]
    assert naming == []
