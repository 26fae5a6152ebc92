"""The page at /: its files, its policy, what is cached, and what stays the API's."""

import gzip
from pathlib import Path

import httpx
import pytest

from wizard_api import api, page
from wizard_api.requests import observed

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>The page</title>" + " " * 500)
    (assets / "index-abc.js").write_text("console.log(1);" * 100)
    return tmp_path


def client(folder: Path | None) -> httpx.AsyncClient:
    made = api.create()
    page.install(made, folder)
    transport = httpx.ASGITransport(app=observed(made), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="https://portal.test")


async def test_every_navigation_shows_the_page_under_a_strict_policy(build: Path) -> None:
    async with client(build) as http:
        for path in ("/", "/setup?step=sync", "/tickets"):
            shown = await http.get(path, headers=BROWSER)
            assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert shown.headers["cache-control"] == "no-cache"
            policy = shown.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert shown.headers["x-content-type-options"] == "nosniff"


async def test_assets_are_kept_for_ever_and_packed(build: Path) -> None:
    async with client(build) as http:
        plain = await http.get("/assets/index-abc.js", headers={"accept-encoding": "identity"})
        packed = await http.get("/assets/index-abc.js", headers={"accept-encoding": "gzip"})
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/javascript")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, mtime=0)) < len(plain.content)
    assert packed.content == plain.content


async def test_an_unchanged_page_is_not_sent_again(build: Path) -> None:
    async with client(build) as http:
        first = await http.get("/", headers=BROWSER)
        again = await http.get("/", headers={**BROWSER, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/api/nope", "/api/v1/nope", "/api", "/assets/gone.js"])
async def test_what_is_not_there_stays_a_problem_document_in_a_browser_too(build: Path, path: str) -> None:
    async with client(build) as http:
        missing = await http.get(path, headers=BROWSER)
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


async def test_the_api_keeps_its_405_and_its_description(build: Path) -> None:
    async with client(build) as http:
        assert (await http.get("/api/v1/integrations/halo/complete", headers=BROWSER)).status_code == 405
        assert (await http.get("/openapi.json", headers=BROWSER)).json()["info"]["title"] == "Halobus"
        assert (await http.post("/setup", headers=BROWSER)).status_code == 404


async def test_nothing_outside_of_the_build_is_served(build: Path) -> None:
    (build.parent / "secret.txt").write_text("secret")
    async with client(build) as http:
        for path in ("/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt"):
            answer = await http.get(path)
            assert answer.status_code == 404
            assert "secret" not in answer.text


async def test_without_a_build_a_browser_is_told_how_to_get_one(tmp_path: Path) -> None:
    async with client(tmp_path) as http:
        told = await http.get("/", headers=BROWSER)
        plain = await http.get("/")
    assert (told.status_code, "make page" in told.text) == (404, True)
    assert plain.headers["content-type"] == "application/problem+json"
