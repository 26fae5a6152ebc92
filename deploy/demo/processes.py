"""The demo's child processes: started with settings from the environment alone, and never outliving the demo."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.errors import DemoError
from embedded import process
from embedded.guard import Guard
from embedded.process import Process

LAST_LINES = 12


@dataclass(frozen=True)
class Child:
    """One process in a session of its own, so that a terminal's Ctrl-C does not reach it."""

    name: str
    popen: "subprocess.Popen[bytes]"
    process: Process

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.popen.poll()


@dataclass
class Processes:
    """All children. ``logs`` gets ``<name>.jsonl``, and ``<name>.err`` for what a process says outside of its log."""

    logs: Path
    children: dict[str, Child] = field(default_factory=dict)
    _guard: Guard = field(default_factory=Guard)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start ``command`` with exactly this environment."""
        self.logs.mkdir(parents=True, exist_ok=True)
        out, err = self._files(name)
        with out.open("wb") as stdout, err.open("wb") as stderr:
            popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=dict(environment),
                cwd=self.logs,
                start_new_session=True,
            )
        child = Child(name, popen, Process(popen.pid, process.start_time(popen.pid) or "ended at once"))
        self._guard.watch(child.process)
        self.children[name] = child
        return child

    def check(self) -> None:
        """Raise DemoError, with its last words, for a child that has ended though nobody asked it to."""
        for child in self.children.values():
            if child.exit_code is not None:
                raise DemoError(
                    f"{child.name} has ended with exit code {child.exit_code}\n{self.last_words(child.name)}"
                )

    def finished(self, name: str) -> int | None:
        """The exit code of a child that was to end by itself, which is forgotten then; None while it runs."""
        code = self.children[name].exit_code
        if code is not None:
            del self.children[name]
        return code

    def stop(self) -> None:
        """SIGTERM to all, SIGKILL to what is still there after some seconds; returns when all are gone."""
        process.stop([child.process for child in self.children.values()])
        for child in self.children.values():
            child.popen.wait()
        self._guard.close()

    def last_words(self, name: str) -> str:
        """The end of what a process has said, and where the rest is."""
        return "\n".join(_end(file) for file in self._files(name) if file.exists() and file.stat().st_size)

    def _files(self, name: str) -> tuple[Path, Path]:
        return self.logs / f"{name}.jsonl", self.logs / f"{name}.err"


def _end(file: Path) -> str:
    lines = file.read_text(errors="replace").splitlines()[-LAST_LINES:]
    return "\n".join([*(f"    {line[:400]}" for line in lines), f"    (all of it: {file})"])
