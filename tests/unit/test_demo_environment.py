"""Each process of the demo gets what it needs and nothing else."""

from pathlib import Path

import pytest

from demo import addresses, place
from demo.environment import Environments
from demo.errors import DemoError
from demo.place import SERVICES, SIMULATOR, Place


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    ports = {name: 20_000 + index for index, name in enumerate((*SERVICES, SIMULATOR))}
    return Environments(Place("small", tmp_path, "abc", ports), "127.0.0.1:1", "mongodb://127.0.0.1:2/")


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_go_where_they_are_needed_alone(environments: Environments, name: str) -> None:
    values = environments.service(name).values()
    private, public = environments.secrets.keys
    assert (private in values) == (name == "connector")
    assert (public in values) == (name == "wizard-api")
    assert (environments.secrets.jwt in values) == (name == "wizard-api")


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_of_the_callers_environment_is_handed_down(
    environments: Environments, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALOBUS_JWT_SECRET", "of somebody else")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example")
    monkeypatch.setenv("HALOBUS_KAFKA_USERNAME", "for an existing Kafka")
    given = environments.service(name)
    assert "of somebody else" not in given.values()
    assert "HTTP_PROXY" not in given
    assert given["HALOBUS_KAFKA_USERNAME"] == "for an existing Kafka"


def test_every_service_works_in_the_places_of_this_run(environments: Environments) -> None:
    for name in SERVICES:
        given = environments.service(name)
        assert given["HALOBUS_TOPIC_PREFIX"] == "halobus-demo-abc."
        assert given["HALOBUS_DATABASE"] == "halobus-demo-abc"
        assert given["HALOBUS_HTTP_PORT"] == str(environments.place.ports[name])


def test_every_run_has_secrets_of_its_own(environments: Environments) -> None:
    other = Environments(environments.place, "", "")
    assert environments.secrets != other.secrets


def test_an_unknown_size_is_refused_with_those_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_SIZE", "huge")
    with pytest.raises(DemoError, match=r"huge.*small, office, medium, large"):
        place.chosen()


def test_the_file_to_source_survives_odd_values() -> None:
    text = addresses.text({"MONGODB_URI": "mongodb://a:b@c/?x=1&y='$HOME'"})
    assert text.splitlines()[0] == "export MONGODB_URI='mongodb://a:b@c/?x=1&y='\"'\"'$HOME'\"'\"''"
