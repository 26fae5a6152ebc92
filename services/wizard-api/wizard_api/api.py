"""The HTTP API, put together."""

from fastapi import FastAPI

from halobus import __version__
from wizard_api import (
    accounts_company_role,
    agents,
    asset_matching,
    asset_types,
    assets,
    audit,
    changes,
    comments,
    companies,
    company_import,
    connection,
    contacts,
    device_list,
    device_types,
    events,
    explain,
    import_auto,
    import_progress,
    integration,
    linking,
    opportunities,
    opportunity_create,
    opportunity_import,
    opportunity_settings,
    planner_items,
    planner_project,
    planner_sync,
    portal_companies,
    portal_users,
    problems,
    projects,
    quick_match,
    reference,
    roles,
    runs,
    session,
    settings_routes,
    stream_switches,
    syncs,
    tickets,
    unmapped,
    user_import,
    user_links,
    users,
)
from wizard_api.context import Wizard
from wizard_api.problems import ProblemDocument

PROBLEMS = {
    "4XX": {"model": ProblemDocument, "description": "A problem document that names the field and the remedy"},
    "5XX": {"model": ProblemDocument, "description": "A problem document; quote its trace id"},
}
ROUTERS = (
    session.router,
    integration.router,
    connection.router,
    settings_routes.router,
    opportunity_settings.router,
    stream_switches.router,
    unmapped.router,
    changes.router,
    reference.router,
    syncs.router,
    runs.router,
    events.router,
    tickets.router,
    comments.router,
    explain.router,
    # Before /companies/{id}, which would take their names for numbers.
    quick_match.router,
    company_import.router,
    linking.router,
    companies.router,
    portal_companies.router,
    contacts.router,
    accounts_company_role.router,
    roles.router,
    agents.router,
    portal_users.router,
    user_links.agents_router,
    user_links.contacts_router,
    # Before /users/{id}, which would take their names for ids.
    user_import.router,
    import_progress.router,
    import_auto.router,
    users.router,
    # Before /opportunities/{id}, which would take their names for numbers.
    opportunity_create.router,
    opportunity_import.router,
    opportunities.router,
    planner_items.router,
    planner_sync.router,
    planner_project.router,
    projects.router,
    asset_types.router,
    asset_matching.router,
    assets.router,
    device_types.router,
    device_list.router,
    audit.router,
)


def create(wizard: Wizard | None = None) -> FastAPI:
    """The API; ``wizard`` may be given later as ``state.wizard``, before the first request."""
    api = FastAPI(
        title="Halobus",
        version=__version__,
        summary="Connect Halo PSA, choose what is synced, follow it, read it.",
        responses=PROBLEMS,  # type: ignore[arg-type]  # dict is invariant in its keys' type
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    api.state.wizard = wizard
    return api
