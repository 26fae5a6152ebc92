"""The control API's paths under `/control`; not part of Halo, not counted, no token needed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from halo_simulator import applications
from halo_simulator.config import as_json
from halo_simulator.instance import Instance
from halo_simulator.steering import assets, changes, contacts, dump, lists

Do = Callable[[Instance, Request, dict[str, Any]], Any]


def routes(instance: Instance) -> list[Route]:
    """All of them."""
    return [
        Route(path, _endpoint(instance, do), methods=[method])
        for method, path, do in (
            ("GET", "/config", lambda i, r, b: as_json(i.config)),
            ("PATCH", "/config", _configure),
            ("GET", "/budget", lambda i, r, b: i.budget.figures(i.config)),
            ("DELETE", "/budget", lambda i, r, b: i.budget.reset()),
            ("GET", "/requests", _requests),
            ("DELETE", "/requests", lambda i, r, b: i.log.clear()),
            ("GET", "/clock", _clock),
            ("POST", "/clock", _advance),
            ("GET", "/tickets", _tickets),
            ("POST", "/tickets", _change),
            ("GET", "/tickets/{id:int}", lambda i, r, b: dump.ticket_truth(i.world, r.path_params["id"])),
            ("GET", "/tickets/{id:int}/actions", lambda i, r, b: dump.actions(i.world, r.path_params["id"])),
            ("GET", "/contacts", _contacts),
            ("POST", "/contacts", _change_contacts),
            ("GET", "/contacts/{id:int}", lambda i, r, b: contacts.truth(i.world.contacts, r.path_params["id"])),
            ("GET", "/assets", _assets),
            ("POST", "/assets", _change_assets),
            ("GET", "/assets/{id:int}", lambda i, r, b: assets.truth(i.world.assets, r.path_params["id"])),
            ("GET", "/churn", _churn),
            ("POST", "/churn", lambda i, r, b: i.churn.start(b)),
            ("DELETE", "/churn", lambda i, r, b: i.churn.stop()),
            ("GET", "/faults", _faults),
            ("POST", "/faults", lambda i, r, b: i.faults.arm(b).name),
            ("DELETE", "/faults", lambda i, r, b: i.faults.clear(r.query_params.get("name", ""))),
            ("GET", "/tokens", lambda i, r, b: i.tokens.issued),
            ("DELETE", "/tokens", lambda i, r, b: i.tokens.revoke(r.query_params.get("client_id", ""))),
            ("GET", "/applications", lambda i, r, b: [applications.as_json(a) for a in i.applications.values()]),
            ("PATCH", "/applications/{id}", _application),
            ("PATCH", "/agents/{id:int}", _agent),
            ("GET", "/lists/{kind}", lambda i, r, b: lists.truth(i.world, r.path_params["kind"])),
            ("POST", "/lists/{kind}", _add),
            ("PATCH", "/lists/{kind}/{id}", _edit),
            ("DELETE", "/lists/{kind}/{id}", _remove),
        )
    ]


def _endpoint(instance: Instance, do: Do) -> Callable[[Request], Awaitable[Response]]:
    """Reads the body, runs, answers JSON; what is wrong with a request is said."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            answer = do(instance, request, json.loads(raw) if raw else {})
        except (ValueError, TypeError, KeyError, StopIteration) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)
        return JSONResponse(answer)

    return endpoint


def _configure(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    instance.configure(body)
    return as_json(instance.config)


def _requests(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    query = request.query_params
    since = int(query.get("since", 0))
    found = instance.log.find(since, query.get("path", ""), query.get("method", ""), query.get("client_id", ""))
    return {"last": instance.log.last, "requests": found}


def _clock(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    return {"now": instance.clock.now(), "steady": instance.clock.steady(), "anchor": instance.world.anchor}


def _advance(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    instance.clock.advance(float(body["advance"]))
    return _clock(instance, request, body)


def _tickets(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    query = request.query_params
    limit = min(int(query.get("limit", 5000)), 20_000)
    return dump.tickets(instance.world, query.get("domain", "reqs"), int(query.get("start", 0)), limit)


def _change(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    """A batch of operations, in order."""
    now = instance.clock.now()
    ids = [changes.apply(instance.world, instance.config, now, op) for op in body["ops"]]
    return {"ids": ids, "tickets": [dump.ticket_truth(instance.world, ticket) for ticket in ids]}


def _contacts(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    query = request.query_params
    limit = min(int(query.get("limit", 5000)), 20_000)
    return contacts.dump(instance.world.contacts, int(query.get("start", 0)), limit)


def _change_contacts(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    """A batch of operations, in order; tickets show their contacts' names, so their rows may be old now."""
    here, now = instance.world.contacts, instance.clock.now()
    ids = [contacts.apply(here, now, op) for op in body["ops"]]
    instance.forget_rows()
    return {"ids": ids, "contacts": [contacts.truth(here, user) for user in ids]}


def _assets(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    query = request.query_params
    limit = min(int(query.get("limit", 5000)), 20_000)
    return assets.dump(instance.world.assets, int(query.get("start", 0)), limit)


def _change_assets(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    """A batch of operations, in order."""
    here, now = instance.world.assets, instance.clock.now()
    ids = [assets.apply(here, now, op) for op in body["ops"]]
    return {"ids": ids, "assets": [assets.truth(here, asset) for asset in ids]}


def _churn(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    churn = instance.churn
    finished = churn.script is None or len(churn.done) >= churn.script.total
    return {"pages": churn.pages, "finished": finished, "done": churn.done}


def _faults(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    return [
        {"name": f.name, "path": f.path, "count": f.count, "after": f.after, "struck": f.struck}
        for f in instance.faults.armed
    ]


def _application(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    key = request.path_params["id"]
    instance.applications[key] = applications.changed(instance.applications[key], body)
    return applications.as_json(instance.applications[key])


def _agent(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    """What an agent may see: `teams`, `clients` (null: all) and the outcomes that it lacks."""
    key = request.path_params["id"]
    targets = {"teams": instance.agent_teams, "clients": instance.agent_clients, "denied": instance.denied_outcomes}
    for name, values in body.items():
        if values is None:
            targets[name].pop(key, None)
        else:
            targets[name][key] = frozenset(values)
    return {name: sorted(target[key]) if key in target else None for name, target in targets.items()}


def _add(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    return _renewed(instance, lists.add(instance.world, request.path_params["kind"], body, instance.clock.now()))


def _edit(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    kind, key = request.path_params["kind"], request.path_params["id"]
    return _renewed(instance, lists.change(instance.world, kind, key, body, instance.clock.now()))


def _remove(instance: Instance, request: Request, body: dict[str, Any]) -> Any:
    lists.remove(instance.world, request.path_params["kind"], request.path_params["id"])
    return _renewed(instance, None)


def _renewed(instance: Instance, answer: Any) -> Any:
    """Names in serialised rows may be old now."""
    instance.forget_rows()
    instance.world.ledger.version += 1
    instance.world.contacts.version += 1
    instance.world.assets.version += 1
    return answer
