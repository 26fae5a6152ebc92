"""Log lines: one JSON object each, with trace, tenant and run, and neither secrets nor documents in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from halobus import log, telemetry
from halobus.settings import Settings
from halobus.store import BulkWriteError

SETTINGS = Settings(kafka_bootstrap_servers="none", mongodb_uri="mongodb://none")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What has been logged; the root logger is given back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    log.configure("sync-ticket", SETTINGS, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_has_service_logger_trace_tenant_and_run(written: io.StringIO) -> None:
    with telemetry.span("work"), log.bind(tenant="acme", run="r1"):
        trace = telemetry.trace_id()
        log.get("halobus.test").info("page_read", rows=50)
    [line] = lines(written)
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "page_read",
        "level": "info",
        "service": "sync-ticket",
        "logger": "halobus.test",
        "trace_id": trace,
        "tenant": "acme",
        "run": "r1",
        "rows": 50,
    }


def test_other_libraries_go_the_same_way(written: io.StringIO) -> None:
    logging.getLogger("aiokafka").error("broker %s is away", 3)
    logging.getLogger("httpx").info("GET https://halo/?secret")
    [line] = lines(written)
    assert (line["event"], line["service"], line["logger"]) == ("broker 3 is away", "sync-ticket", "aiokafka")


@pytest.mark.parametrize(
    "values",
    [
        {"client_secret": "hunter2"},
        {"headers": {"Authorization": "hunter2", "Cookie": "hunter2"}},
        {"reply": [{"access_token": "hunter2"}, {"refresh_token": "hunter2"}]},
        {"body": "grant_type=client_credentials&client_secret=hunter2&scope=all"},
        {"body": '{"access_token": "hunter2", "token_type": "bearer"}'},
        {"header": "Bearer hunter2"},
        {"address": "mongodb://ann:hunter2@db/"},
        {"kafka_password": "hunter2"},
    ],
    ids=str,
)
def test_secrets_are_not_written(written: io.StringIO, values: dict[str, Any]) -> None:
    log.get("halobus.test").info("asked", **values)
    assert "hunter2" not in written.getvalue()
    assert "redacted" in written.getvalue()


def test_a_drivers_error_is_its_type_and_code_alone(written: io.StringIO) -> None:
    try:
        raise BulkWriteError({"writeErrors": [{"op": {"summary": "a document"}, "code": 11000}]})
    except BulkWriteError:
        log.get("halobus.test").exception("batch_failed")
    [line] = lines(written)
    [described] = line["exception"]
    assert "a document" not in written.getvalue()
    assert (described["type"], described["message"]) == ("BulkWriteError", "code 65")
    assert described["frames"][0].endswith("test_a_drivers_error_is_its_type_and_code_alone")


def test_a_validation_error_names_fields_and_no_values(written: io.StringIO) -> None:
    class Model(BaseModel):
        id: int

    try:
        Model.model_validate({"id": "content"})
    except ValueError as error:
        logging.getLogger("anyone").error("refused", exc_info=error)
    assert "content" not in written.getvalue()
    assert lines(written)[0]["exception"][0]["message"] == "id: int_parsing"


def test_causes_are_told_and_a_circle_ends(written: io.StringIO) -> None:
    first, second = KeyError("a"), LookupError("b")
    first.__cause__, second.__cause__ = second, first
    log.get("halobus.test").error("failed", exc_info=first)
    assert [each["type"] for each in lines(written)[0]["exception"]] == ["KeyError", "LookupError"]


def test_pretty_is_for_people() -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.configure("sync-ticket", SETTINGS.model_copy(update={"log_format": "pretty"}), stream)
    log.get("halobus.test").info("page_read", rows=50)
    root.handlers[:] = handlers
    root.setLevel(level)
    assert "page_read" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
