"""Halo's errors and the many bodies that they come in (docs/halo.md section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

NO_OUTCOME = "An Outcome must be entered for this Action"
NO_ACCESS = "You do not have access to this Action at the moment"
INVALID_STATE = "Operation is not valid due to the current state of the object"
RATE_LIMIT = "Rate Limit Reached - {limit} Requests per rolling 5 minute window"


class HaloError(Exception):
    """A refusal: its status, Halo's words, and headers if any."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None, shape: str = "") -> None:
        super().__init__(text)
        self.status, self.text, self.headers, self.shape = status, text, dict(headers or {}), shape

    def response(self, shape: str) -> Response:
        """The answer in the shape that this error or the configuration asks for."""
        return shaped(self.status, self.text, self.shape or shape, self.headers)


class BindingError(HaloError):
    """A value of the wrong type: a dictionary keyed by the value's path, whatever shape is configured."""

    def __init__(self, path: str, value: object) -> None:
        super().__init__(400, f"The value '{value}' is not valid.")
        self.path = path

    def response(self, shape: str) -> Response:
        """ASP.NET's dictionary of lists."""
        return JSONResponse({self.path: [self.text]}, 400)


def shaped(status: int, text: str, shape: str, headers: Mapping[str, str]) -> Response:
    """An error body in one of the shapes that clients have met."""
    if shape == "text":
        return PlainTextResponse(text, status, dict(headers))
    if shape == "html":
        return HTMLResponse(f"<html><body><h1>Server Error</h1><p>{text}</p></body></html>", status, dict(headers))
    return JSONResponse(_body(status, text, shape), status, dict(headers))


def _body(status: int, text: str, shape: str) -> dict[str, Any]:
    """The JSON shapes."""
    bodies: dict[str, dict[str, Any]] = {
        "result_code": {"resultCode": status, "errorMessage": text},
        "class_name": {"ClassName": "System.Exception", "Message": text, "Data": None, "HResult": -2146233088},
        "error": {"error": text},
        "other": {"problem": {"detail": text}},
    }
    return bodies.get(shape, {"Message": text})
