"""One sample of every message ever published, replayed: what an old version wrote must be read by every later one."""

import json
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, create_model

from halobus import asyncapi
from halobus.arrival import Reason, Reject
from halobus.commands import COMMAND_TYPE, Command
from halobus.decode import decode
from halobus.keys import parse_record_key
from halobus.messages import MODELS, UNREADABLE
from halobus.version import parse
from support.records import consumed
from support.samples import MAPPINGS, Sample, broken, names, read, validated

COMMANDS: dict[str, type[BaseModel]] = {
    f"{COMMAND_TYPE}.{model.model_fields['kind'].default}": model for model in get_args(get_args(Command)[0])
}
MESSAGES: dict[str, type[BaseModel]] = {**MODELS, **COMMANDS}


class Other(BaseModel):
    """No field of ours has this type."""

    other: int


def test_every_message_has_a_sample() -> None:
    assert names() == sorted(MESSAGES)


@pytest.mark.parametrize("name", names())
def test_a_sample_comes_out_as_it_went_in(name: str) -> None:
    sample = Sample(name)
    assert broken(sample) is None
    assert read(sample) == validated(sample) or name == UNREADABLE
    assert set(sample.value) == set(MESSAGES[name].model_fields), "a sample sets every field"
    assert None not in sample.value.values()


@pytest.mark.parametrize("name", names())
def test_its_headers_and_key_are_as_described(name: str) -> None:
    sample, described = Sample(name), asyncapi.document()["components"]["messages"][name]["headers"]
    assert set(described["required"]) <= set(sample.headers) <= set(described["properties"])
    for header, schema in described["properties"].items():
        if header in sample.headers:
            assert sample.headers[header] == schema.get("const", sample.headers[header])
            assert sample.headers[header] in schema.get("enum", [sample.headers[header]])
    if name in COMMANDS:
        assert sample.key == sample.value["dedup_key"]
        assert sample.headers["ce_id"] == sample.value["id"]
    elif "ce_recordversion" in described["required"]:
        parse(sample.headers["ce_recordversion"])
        assert parse_record_key(sample.key.encode()).tenant == sample.headers["ce_tenant"]


@pytest.mark.parametrize("name", names())
def test_a_field_of_a_later_version_is_ignored(name: str) -> None:
    sample = Sample(name)
    later = read(sample, invented={"by": "a later version"})
    assert later == read(sample) or name == UNREADABLE


@pytest.mark.parametrize("name", names())
def test_a_removed_or_retyped_field_would_be_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in MESSAGES[name].model_fields:
        for change in (without(MESSAGES[name], field), retyped(MESSAGES[name], field)):
            sample = Sample(name)
            monkeypatch.setitem(MODELS, sample.type, change)
            assert broken(sample, TypeAdapter(change)) is not None, (name, field)


@pytest.mark.parametrize("name", names())
def test_even_a_time_that_became_text_would_be_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Sample(name)
    times = [field for field, kind in sample.types.items() if kind == "datetime"]
    for field in times:
        change: type[BaseModel] = create_model("Changed", __base__=MESSAGES[name], **{field: (str, ...)})  # type: ignore[call-overload]
        monkeypatch.setitem(MODELS, sample.type, change)
        assert broken(sample, TypeAdapter(change)) is not None, "a time is no text, though its JSON is the same"


def test_an_unreadable_row_is_told_why() -> None:
    sample = Sample(UNREADABLE)
    found = decode(consumed(sample.record()), MAPPINGS[UNREADABLE])
    assert isinstance(found, Reject)
    assert (found.reason, found.error) == (Reason.UNREADABLE, sample.value["reason"])
    assert json.loads(sample.value["row"])["id"] == int(parse_record_key(sample.key.encode()).id)


def without(model: type[BaseModel], name: str) -> type[BaseModel]:
    """The model as if the field had been removed."""
    kept: dict[str, Any] = {
        field: (info.annotation, info) for field, info in model.model_fields.items() if field != name
    }
    return create_model("Changed", __config__=model.model_config, **kept)


def retyped(model: type[BaseModel], name: str) -> type[BaseModel]:
    """The model with another type for the field."""
    changed: dict[str, Any] = {name: (Other, ...)}
    return create_model("Changed", __base__=model, **changed)
