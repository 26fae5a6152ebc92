"""A project as the portal shows it: its budgets, whether it is over them or overdue, and its planner items. Pure."""

from datetime import datetime

from pydantic import BaseModel

from halobus.messages import Project
from wizard_api.names import Named, Names


class Budget(BaseModel):
    """``budget`` null: none was set (0 in Halo). ``used``: 1 is all of it. In hours, or Halo's currency."""

    budget: float | None
    actual: float | None
    used: float | None
    over: bool


class ProjectRow(BaseModel):
    """A project in a list. ``overdue``: its target has passed and it is not closed."""

    id: int
    title: str
    company: Named | None
    status: Named | None
    closed: bool
    time: Budget
    money: Budget
    over_budget: bool
    start: datetime | None
    target: datetime | None
    overdue: bool
    planner_items: list[str]


class ProjectView(ProjectRow):
    """A project, whole."""

    description: str
    agent: Named | None
    type: Named | None
    parent_id: int | None
    occurred: datetime | None
    closed_at: datetime | None
    last_update: datetime | None


def budget(planned: float | None, actual: float | None) -> Budget:
    """Halo writes 0 where nobody has set a budget."""
    if not planned or planned < 0:
        return Budget(budget=None, actual=actual, used=None, over=False)
    return Budget(budget=planned, actual=actual, used=round((actual or 0) / planned, 4), over=(actual or 0) > planned)


def whole(project: Project, names: Names, items: list[str], now: datetime) -> ProjectView:
    """A mirror's content as it is shown at ``now``."""
    time, money = (
        budget(project.time_budget, project.time_actual),
        budget(project.money_budget, project.money_actual),
    )
    closed = project.closed is not None
    return ProjectView(
        id=project.id,
        title=project.summary,
        company=names.company(project.client_id),
        status=names.of("statuses", project.status_id),
        closed=closed,
        time=time,
        money=money,
        over_budget=time.over or money.over,
        start=project.start,
        target=project.target,
        overdue=not closed and project.target is not None and project.target < now,
        planner_items=items,
        description=project.details,
        agent=names.of("agents", project.agent_id),
        type=names.of("ticket-types", project.type_id),
        parent_id=project.parent_id,
        occurred=project.occurred,
        closed_at=project.closed,
        last_update=project.last_update,
    )


def row(view: ProjectView) -> ProjectRow:
    """The part that a list shows."""
    return ProjectRow(**view.model_dump(include=set(ProjectRow.model_fields)))
