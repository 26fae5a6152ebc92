"""Children of the demo: exactly the environment given, last words kept, none left."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import starting
from demo.errors import DemoError
from demo.place import SERVICES, Place
from demo.processes import Processes
from demo.readiness import Readiness
from embedded import process
from embedded.ports import free_port

FOREVER = "import signal; signal.pause()"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path / "logs")
    yield started
    started.stop()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def finish(processes: Processes, name: str) -> None:
    processes.children[name].popen.wait(10)


def test_a_child_gets_the_given_environment_alone(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_CALLER", "1")
    processes.start("child", python("import os; print(sorted(os.environ))"), {"GIVEN": "1"})
    finish(processes, "child")
    said = (processes.logs / "child.jsonl").read_text()
    assert "GIVEN" in said
    assert "OF_THE_CALLER" not in said


def test_a_child_that_ended_unasked_is_named_with_its_last_words(processes: Processes) -> None:
    processes.start("connector", python("import sys; print('a log line'); sys.exit('no key')"), {})
    finish(processes, "connector")
    with pytest.raises(
        DemoError, match=r"(?s)connector has ended with exit code 1.*a log line.*no key.*connector\.err"
    ):
        processes.check()


def test_one_that_was_to_end_is_no_trouble(processes: Processes) -> None:
    processes.start("migrate", python("pass"), {})
    finish(processes, "migrate")
    assert processes.finished("migrate") == 0
    processes.check()


def test_stop_leaves_nothing_and_may_be_called_again(processes: Processes) -> None:
    child = processes.start("service", python(FOREVER), {})
    assert process.alive(child.process)
    processes.stop()
    assert not process.alive(child.process)
    processes.stop()


async def test_a_service_that_ends_at_start_is_not_waited_for(processes: Processes, tmp_path: Path) -> None:
    place = Place("small", tmp_path, ports=dict.fromkeys(SERVICES, free_port(set())))
    processes.start("importer", python("raise SystemExit(78)"), {})
    with pytest.raises(DemoError, match="importer has ended with exit code 78"):
        await starting.service_is_ready(processes, place, "importer", Readiness(SERVICES, lambda board: None))
