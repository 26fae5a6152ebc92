"""Every error as a problem document (RFC 9457) that names the field and the remedy, and never echoes an input."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from halobus import log
from halobus.store import OUTAGES

logger = log.get(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
_PART = re.compile(r"[\w-]+")
_HTTP = {
    404: ("There is nothing at this path", "See /openapi.json for the paths."),
    405: ("This path doesn't know this method", "See /openapi.json for the path's methods."),
    413: ("The body is too large", "Send less: 256 KiB at most."),
}
_WORDS = {
    "missing": "is missing: give it",
    "extra_forbidden": "is not known here: remove it, or check its spelling",
    "json_invalid": "is not valid JSON: check quotes, commas and brackets",
    "model_attributes_type": "must be a JSON object",
}


class FieldError(BaseModel):
    """``field`` is a path by dots, or a parameter's name; ``message`` says what is wrong and what to do."""

    field: str
    message: str


class ProblemDocument(BaseModel):
    """RFC 9457, with ``remedy``, ``errors`` by field and ``trace_id`` to quote to whoever runs Halobus."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    remedy: str = ""
    errors: list[FieldError] = Field(default_factory=list)
    trace_id: str | None = None


class ProblemError(Exception):
    """Raise to answer with a problem. ``code`` is stable and meant for programs; ``more``: members beside the usual."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        remedy: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(title)
        self.document = ProblemDocument(
            type=f"urn:halobus:problem:{code}",
            title=title,
            status=status,
            detail=detail,
            remedy=remedy,
            errors=list(errors),
        )
        self.headers = headers
        self.more = more or {}


def invalid(*errors: tuple[str, str]) -> ProblemError:
    """422 for (field, message) pairs."""
    return ProblemError(
        422,
        "invalid",
        "The request has wrong values",
        f"{len(errors)} field(s) can't be accepted.",
        "Correct what `errors` names and send it again.",
        [FieldError(field=field, message=message) for field, message in errors],
    )


def not_found(what: str) -> ProblemError:
    """404; the same whether it never was or belongs to somebody else."""
    return ProblemError(404, "not-found", f"{what} is not here", remedy="Check the id, and that you may see it.")


def conflict(code: str, title: str, remedy: str, **more: Any) -> ProblemError:
    """409 with what to do first."""
    return ProblemError(409, code, title, remedy=remedy, more=more)


def install(api: FastAPI) -> None:
    """Answer every error of the API with a problem document."""
    api.add_exception_handler(ProblemError, _problem)
    api.add_exception_handler(RequestValidationError, _validation)
    api.add_exception_handler(HTTPException, _http)
    for outage in OUTAGES:
        api.add_exception_handler(outage, _outage)
    api.add_exception_handler(Exception, _unexpected)


def _answer(request: Request, problem: ProblemError) -> JSONResponse:
    document = problem.document.model_copy(update={"trace_id": request.scope.get("halobus.trace_id")})
    body = {**document.model_dump(), **problem.more}
    return JSONResponse(body, problem.document.status, headers=dict(problem.headers or {}), media_type=MEDIA_TYPE)


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return _answer(request, error)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    messages: dict[str, list[str]] = {}
    for detail in error.errors():
        messages.setdefault(_field(detail), []).append(_message(detail))
    return _answer(request, invalid(*((field, ", or: ".join(said)) for field, said in messages.items())))


def _field(detail: ErrorDetails) -> str:
    # The first part says where (body, query, header …); of broken JSON the second is only a position. Of a union
    # pydantic names each branch (`list[int]`), which is no part of the caller's body.
    path = [part for part in map(str, detail["loc"][1:]) if _PART.fullmatch(part)]
    return ".".join(path) if path and detail["type"] != "json_invalid" else str(detail["loc"][0])


def _message(detail: ErrorDetails) -> str:
    return _WORDS.get(detail["type"], detail["msg"].removeprefix("Value error, "))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    title, remedy = _HTTP.get(error.status_code, (HTTPStatus(error.status_code).phrase, "Correct it and try again."))
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return _answer(request, ProblemError(error.status_code, code, title, remedy=remedy, headers=error.headers))


async def _outage(request: Request, error: Exception) -> JSONResponse:
    logger.warning("database_away", error=type(error).__name__)
    away = ProblemError(
        503,
        "unavailable",
        "The database can't be reached",
        remedy="Nothing is lost: try again in a few seconds.",
        headers={"Retry-After": RETRY_AFTER},
    )
    return _answer(request, away)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("request_failed", exc_info=error)
    remedy = "Try again; if it stays, give the trace id to whoever runs Halobus."
    return _answer(request, ProblemError(500, "internal", "Something went wrong on our side", remedy=remedy))
