"""Settings documents of other versions, as they were once stored: read by this one, and not lost by saving over it."""

import json
from pathlib import Path
from typing import Any

import pytest

from halobus import settings_schema
from halobus.decisions import KINDS, SyncSettings, TicketSettings
from halobus.settings_schema import SCHEMA, decided, kept, migrated

SAMPLES = Path(__file__).resolve().parents[1] / "contract" / "settings"


def sample(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return document


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_document_that_was_ever_stored_is_read_as_it_was_decided(path: Path) -> None:
    document = json.loads(path.read_text())
    found = decided(KINDS[document["kind"]], document).model_dump(mode="json")
    decisions = {name: value for name, value in document["value"].items() if name in found}
    assert {name: found[name] for name in decisions} == decisions


def test_an_older_document_is_migrated_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def second(kind: str, value: dict[str, Any]) -> dict[str, Any]:
        assert "contact_type_roles" in value, "the first step was done before"
        return {**value, "interval_minutes": 5}

    monkeypatch.setattr(settings_schema, "STEPS", (*settings_schema.STEPS, second))
    document = sample("sync.1")
    assert decided(SyncSettings, document).interval_minutes == 5
    assert decided(SyncSettings, {**document, "schema": 2, "value": {**document["value"], "contact_type_roles": {}}})
    assert decided(SyncSettings, {**document, "schema": 3}).interval_minutes == 30


def test_what_came_later_is_spelled_out_so_that_no_default_can_change_it() -> None:
    assert migrated("sync", sample("sync.1")["value"], 1)["contact_type_roles"] == {}
    assert migrated("tickets", sample("tickets.1")["value"], 1)["comment_outcome"] is None
    value = {"comment_outcome": 4}
    assert migrated("tickets", value, 1) == {"comment_outcome": 4}
    assert value == {"comment_outcome": 4}


def test_the_first_documents_said_no_schema() -> None:
    document = sample("tickets.1")
    del document["schema"]
    assert decided(TicketSettings, document).client_comment_status == 21
    assert decided(TicketSettings, None) == TicketSettings()


def test_saving_over_a_newer_document_keeps_what_this_version_does_not_know() -> None:
    newer = sample("sync.newer")
    read = decided(SyncSettings, newer)
    assert not hasattr(read, "quiet_hours")
    value, schema = kept(read.model_copy(update={"interval_minutes": 15}), newer)
    assert (value["quiet_hours"], value["interval_minutes"], schema) == ({"from": "22:00", "to": "06:00"}, 15, 99)
    assert SyncSettings.stored(value).interval_minutes == 15


def test_saving_over_an_older_one_makes_it_one_of_this_version() -> None:
    older = sample("sync.1")
    older["value"]["long_forgotten"] = True
    value, schema = kept(decided(SyncSettings, older), older)
    assert schema == SCHEMA
    assert value.keys() == SyncSettings.model_fields.keys()
