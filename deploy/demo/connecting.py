"""Step 1 of the wizard: the credential is saved and tested, and the diagnosis shown."""

from collections.abc import Iterator

from demo.api import RUN, WAIT, Api, RunView
from demo.errors import DemoError
from demo.parts import Parts
from demo.place import SIMULATOR
from demo.view import Column, Table
from halo_simulator.applications import CLIENT_ID, CLIENT_SECRET
from halobus.runs import Diagnosis, Finding

CONNECTION = "/integrations/halo/connection"
_FIRST = ("missing", "warning", "unknown")


async def connect(parts: Parts) -> None:
    """DemoError where the connection does not come about."""
    url = parts.place.url(SIMULATOR)
    saved = {"url": url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    await parts.api.put(CONNECTION, saved)
    parts.view.say(f"Saved {url} with client id and secret; the secret is sealed and only the connector can open it.")
    diagnosis = _successful(await _tested(parts.api))
    parts.view.say(f"Connected to {diagnosis.instance.get('key')} as agent {diagnosis.agent}. What Halo lets it do:")
    parts.view.show(table(diagnosis))


async def _tested(api: Api) -> RunView:
    answer = await api.post(f"{CONNECTION}/test", wait=WAIT)
    if "state" in answer:
        return RUN.validate_python(answer)
    async for view in api.follow(answer["id"]):
        last = view
    return last


def _successful(run: RunView) -> Diagnosis:
    if run.diagnosis and run.diagnosis.connected:
        return run.diagnosis
    problem = (run.diagnosis and run.diagnosis.problem) or run.problem
    words = [problem.title, problem.detail, problem.remedy] if problem else [f"the test ended {run.state}"]
    raise DemoError("Halo could not be connected: " + " ".join(word for word in words if word))


def table(diagnosis: Diagnosis) -> Table:
    """What is missing comes first, with its remedy; what is well, and what nobody needs, is one row each."""
    columns = (Column(""), Column("what"), Column("how it was learned, and what to do"))
    return Table(columns, [*_single(diagnosis.findings), *_together(diagnosis.findings)])


def _single(findings: list[Finding]) -> Iterator[tuple[str, str, str]]:
    marks = {"missing": "✗ missing", "warning": "! warning", "unknown": "! unknown"}
    told = [finding for finding in findings if finding.state in _FIRST and not _unused(finding)]
    for finding in sorted(told, key=lambda one: (_FIRST.index(one.state), not one.needed)):
        yield marks[finding.state], finding.name, " → ".join(part for part in (finding.how, finding.remedy) if part)
    for finding in findings:
        if finding.state == "ok":
            yield "✓ ok", finding.name, finding.how


def _unused(finding: Finding) -> bool:
    return finding.state == "unknown" and not finding.needed


def _together(findings: list[Finding]) -> Iterator[tuple[str, str, str]]:
    granted = [finding.name for finding in findings if finding.state == "granted"]
    unused = sum(_unused(finding) for finding in findings)
    if granted:
        yield "✓ granted", f"{len(granted)} permissions", ", ".join(granted)
    if unused:
        yield "· not used", f"{unused} permissions", "off in the guide's table, and never asked for"
