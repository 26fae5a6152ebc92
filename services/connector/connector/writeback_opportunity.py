"""Writing an opportunity: one row with all that the admin chose, looked for among Halo's newest ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any, ClassVar

from connector import opportunity_rules as rules
from connector import problems
from connector.halo.clean import CleanError, as_row, to_text
from connector.halo.clean_action import mark_in, marked
from connector.halo.clean_opportunity import opportunity
from connector.halo.errors import HaloError
from connector.halo.listing import rows
from connector.lookup import NOT_SHOWN
from connector.refresh import Refreshing
from connector.session import Session
from connector.source import paging
from connector.writeback import IN_DOUBT, Search
from connector.writeback_fields import fields_of
from halobus.commands import CreateOpportunity
from halobus.keys import RecordKey
from halobus.runs import Problem, Run
from halobus.store import Database, Document

NEWEST = 100
LOOKS = 10
"""Details read in one look at most: more than so many new ones at once, and a person is to tell."""


@dataclass(frozen=True)
class OpportunityWriting:
    """An ``opportunity.create`` (docs/halo.md section 6.4)."""

    path: ClassVar[str] = "Opportunities"
    beside: ClassVar[str] = "client_id"
    told: ClassVar[str | None] = "opportunity.created"
    words: ClassVar[problems.Words] = problems.Words("opportunity", "the list of opportunities", "create it again")

    database: Database
    session: Session
    refreshing: Refreshing
    run: Run
    command: CreateOpportunity

    async def row(self) -> dict[str, object]:
        """The opportunity as Halo takes it; what was not chosen is not sent, so that Halo's own defaults count."""
        command = self.command
        stage = await self._step(command.workflow_id, command.stage_id)
        chosen: dict[str, object | None] = {
            "oppvalue": command.value,
            "targetdate": command.target.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if command.target else None,
            "opptype": command.opptype,
            "tickettype_id": command.ticket_type_id,
            "workflow_id": command.workflow_id,
            "workflow_stage_id": command.stage_id,
            "workflow_step": stage,
            "oppconversionprobability": command.probability,
            **{f"category_{level}": name for level, name in enumerate(command.categories, 1)},
        }
        return {
            "client_id": command.client_id,
            "summary": command.summary,
            "details": command.details,
            "details_html": marked(command.details, self.run.id),
            **{name: value for name, value in chosen.items() if value is not None},
        }

    async def look(self, since: timedelta, others: Sequence[Run]) -> Search:
        """The newest by id, then the details of those that may be ours: only they carry the mark."""
        query = {**paging({"domain": "opps"}, 1, NEWEST), "orderdesc": True}
        reply = await self.session.get(self.path, query, interactive=True)
        listed, total = rows(reply.data, "tickets")
        newest = _newest(listed, total)
        sought = self._sought((reply.date or self.session.clock.now()) - since)
        known = {other.result["opportunity_id"] for other in others if "opportunity_id" in other.result}
        ids = rules.worth_a_look(sought, newest, known)[:LOOKS]
        seen = {id: mark for id in ids if (mark := await self._mark(id)) is not None}
        found = [replace(one, mark=seen.get(one.id) or None, looked=one.id in seen) for one in newest.found]
        rival = any(self._alike(other) and other.state in IN_DOUBT for other in others)
        return Search(rules.find(sought, replace(newest, found=found), known, rival), self.session.client.responses)

    async def result(self, id: int, n: int) -> dict[str, object]:
        return {"opportunity_id": id}

    async def read_again(self, id: int) -> None:
        await self.refreshing.after_opportunity(self.run, id)

    def refusal(self, problem: Problem) -> Problem:
        if problem.kind == "permission":
            return problems.not_allowed_to_write(problem, "edit:sales")
        return problem.model_copy(update={"fields": fields_of(problem.halo or "")})

    def _sought(self, at: Any) -> rules.Sought:
        return rules.Sought(self.run.id, self.command.summary, self.command.client_id, at)

    def _alike(self, other: Run) -> bool:
        return str(other.command.get("summary")).split() == self.command.summary.split()

    async def _mark(self, id: int) -> str | None:
        """The mark in the details, empty where there is none; None where Halo does not show the row any more."""
        try:
            reply = await self.session.get(f"{self.path}/{id}", {}, interactive=True)
            return mark_in(to_text(as_row(reply.data).get("details_html"), "details_html")) or ""
        except HaloError as error:
            if error.status not in NOT_SHOWN:
                raise
        except CleanError:
            return None
        return None

    async def _step(self, workflow: int | None, stage: int | None) -> int | None:
        """The first step of that stage, where the list of workflows tells it."""
        if workflow is None or stage is None:
            return None
        key = str(RecordKey(self.run.tenant, self.session.connection, "workflows"))
        found = await self.database.reference.find_one({"_id": key, "state": "live"}, {"content.items": 1})
        items: list[Document] = ((found or {}).get("content") or {}).get("items") or []
        chosen = next((item.get("attributes") or {} for item in items if item["id"] == workflow), {})
        number = next((one.get("sequence") for one in chosen.get("stages", []) if one["id"] == stage), None)
        steps = [one["id"] for one in chosen.get("steps", []) if one.get("stage_number") == number]
        return min(steps) if steps and number is not None else None


def _newest(listed: Sequence[Any], total: int | None) -> rules.Newest:
    found: list[rules.Candidate] = []
    for row in listed:
        try:
            one = opportunity(row)
        except CleanError:
            continue
        found.append(rules.Candidate(one.id, one.summary, one.client_id, one.occurred))
    return rules.Newest(found, len(listed) - len(found), total)
