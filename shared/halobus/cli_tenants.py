"""``halobus tenants``: every tenant's state at a glance, and its schedule stopped and started."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from halobus.cli_options import known_tenant
from halobus.cli_output import moment, show, span, trouble
from halobus.cli_resume import audit_entry, written_now
from halobus.cli_run import run_on_database
from halobus.documents import Connection, Tenant
from halobus.store import Database, Document, Session, find_one, in_transaction, now

tenants = typer.Typer(help="Tenants: their state; their schedule stopped and started.")
Name = Annotated[str, typer.Argument(metavar="TENANT", callback=known_tenant)]
Why = Annotated[str, typer.Option(help="Written to the audit log.")]


@tenants.callback(invoke_without_command=True)
def list_(context: typer.Context) -> None:
    """Without a command: list all tenants."""
    if context.invoked_subcommand is None:
        run_on_database(_list)


@tenants.command()
def pause(tenant: Name, why: Why) -> None:
    """Start no more scheduled syncs of a tenant; a running one goes on, and people may still start their own."""
    run_on_database(lambda database: _switch(database, tenant, why, paused=True))


@tenants.command()
def resume(tenant: Name, why: Why) -> None:
    """Go on with the schedule, at once where a sync is due."""
    run_on_database(lambda database: _switch(database, tenant, why, paused=False))


async def _list(database: Database) -> None:
    states = {each["_id"]: each async for each in database["tenants"].find()}
    decided = {each["_id"]: each async for each in database["connections"].find()}
    at = await now(database)
    known = [
        (
            Tenant.model_validate({**states.get(id, {}), "tenant": id}),
            Connection.model_validate({**decided.get(id, {}), "tenant": id}),
        )
        for id in sorted(states.keys() | decided.keys())
    ]
    rows = [row(*each, at) for each in known]
    people = [_told(each, connection) for each, (_tenant, connection) in zip(rows, known, strict=True)]
    show(rows, "no tenants yet", people=people, whole=("tenant", "next sync (UTC)"))


def row(tenant: Tenant, connection: Connection, at: datetime) -> dict[str, Any]:
    """What there is to say of a tenant. ``oldest``: seconds since the stream that was read longest ago was read."""
    read = [each.synced_at for each in tenant.streams.values() if each.synced_at is not None]
    failing = [name for name, each in tenant.streams.items() if each.problem is not None]
    return {
        "tenant": tenant.tenant,
        "state": "erased" if connection.erased_at and not tenant.connection else tenant.state,
        "paused": connection.paused,
        "step": connection.step,
        "oldest": round((at - min(read)).total_seconds()) if read else None,
        "next_sync": connection.next_sync_at.isoformat(timespec="seconds") if connection.next_sync_at else None,
        "failing": " ".join(sorted(failing)),
        "problem": tenant.problem.title if tenant.problem else None,
    }


def _told(of: dict[str, Any], connection: Connection) -> dict[str, Any]:
    """As a person reads it; ``oldest`` is the age of the stream that was read longest ago."""
    return {
        "tenant": of["tenant"],
        "state": Text(of["state"], "red" if of["state"] == "error" else ""),
        "schedule": "paused" if connection.paused else "" if connection.completed else "not set up",
        "oldest": "" if of["oldest"] is None else span(of["oldest"]),
        "next sync (UTC)": moment(connection.next_sync_at),
        "failing": of["failing"],
        "problem": of["problem"],
    }


async def _switch(database: Database, tenant: str, why: str, *, paused: bool) -> None:
    if not why.strip():
        raise typer.BadParameter("--why must say why")
    held = await find_one(database, "connections", tenant)
    if held is None:
        raise trouble(f"there is no tenant {tenant}")
    before, word = bool(held.get("paused")), "paused" if paused else "not paused"
    if before == paused:
        typer.echo(f"{tenant} is {word} already")
        return

    async def work(session: Session) -> None:
        change: Document = {"$set": {"paused": paused}}
        await database["connections"].update_one({"_id": tenant}, change, session=session)
        action = "tenant.pause" if paused else "tenant.resume"
        entry = audit_entry(action, f"tenants/{tenant}", {"paused": before}, {"paused": paused, "why": why.strip()})
        whole = written_now({**entry, "tenant": tenant})
        await database["audit"].update_one({"_id": entry["_id"]}, whole, upsert=True, session=session)

    await in_transaction(database, work)
    typer.echo(f"{tenant} is {word}")
