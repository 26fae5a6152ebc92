"""The wizard's page at ``/``: the built files, held in memory, with a strict policy; a word where there is no build."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

BUILT = Path(__file__).parent / "frontend"
"""Where ``make page`` puts the build: inside the package, so that the wheel carries it."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
FOREVER = "public, max-age=31536000, immutable"
UNBUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Halobus</title>
<main><h1>The page is not built</h1>
<p>Halobus runs, and its HTTP API works. To have the wizard's page as well, run <code>make page</code> in the checkout
and start wizard-api again, or name a build by HALOBUS_PAGE_DIR.</p>
<p>What the API offers is described at <a href="/openapi.json">/openapi.json</a>.</p></main></html>
"""


@dataclass(frozen=True)
class File:
    """A built file. ``small``: gzipped, None where that gains nothing."""

    content: bytes
    small: bytes | None
    media_type: str
    tag: str
    cache: str


def load(folder: Path) -> dict[str, File]:
    """The files of a build by their path on the server; empty where there is none."""
    if not (folder / "index.html").is_file():
        return {}
    return {
        f"/{path.relative_to(folder).as_posix()}": _file(path, folder) for path in folder.rglob("*") if path.is_file()
    }


def install(api: FastAPI, folder: Path | None) -> None:
    """Serve the page wherever the API has no route; to be called when all routers are in."""
    # As the router's last resort, and not as a route: one that takes every path would turn a 405 of the API into a 404.
    api.router.default = Page(load(folder or BUILT), api.router.default)


class Page:
    """Files by their path; index.html for every other navigation of a browser; the rest goes to ``otherwise``."""

    def __init__(self, files: dict[str, File], otherwise: ASGIApp) -> None:
        self._files = files
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application."""
        response = self._response(Request(scope)) if scope["type"] == "http" else None
        await (response or self._otherwise)(scope, receive, send)

    def _response(self, request: Request) -> Response | None:
        path = request.url.path
        if request.method not in ("GET", "HEAD") or path == "/api" or path.startswith("/api/"):
            return None
        found = self._files.get(path)
        if found is None and _navigates(request):
            if not self._files:
                return HTMLResponse(UNBUILT, 404, headers={"Cache-Control": "no-store"})
            found = self._files["/index.html"]
        return _sent(found, request) if found else None


def _navigates(request: Request) -> bool:
    # A missing script must be a 404: as a page it would only be a riddle in the browser's console.
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/assets/")


def _sent(file: File, request: Request) -> Response:
    headers = {
        "Cache-Control": file.cache,
        "Content-Security-Policy": POLICY,
        "ETag": file.tag,
        "Vary": "Accept-Encoding",
    }
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    packed = file.small is not None and "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    content = file.small if packed else file.content
    return Response(content, media_type=file.media_type, headers=headers)


def _file(path: Path, folder: Path) -> File:
    content = path.read_bytes()
    small = gzip.compress(content, mtime=0)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(
        content=content,
        small=small if len(small) < len(content) else None,
        media_type="text/javascript" if path.suffix == ".js" else media_type,
        tag=f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        # The names in assets/ carry a hash of their content; index.html names the current ones.
        cache=FOREVER if path.parent == folder / "assets" else "no-cache",
    )
