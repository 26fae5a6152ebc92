"""``halobus dlq``: look at dead letters and replay them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from halobus import store, topics
from halobus.cli_options import known_tenant, source_topic
from halobus.cli_run import run
from halobus.dlq_list import list_letters
from halobus.dlq_plan import Wish
from halobus.dlq_replay import replay as replay_letters
from halobus.dlq_show import show_letters
from halobus.settings import Settings
from halobus.topics import Topic

MOST_SHOWN = 200

dlq = typer.Typer(help="Dead letters: what could not be read or stored.", no_args_is_help=True)
Of = Annotated[Topic, typer.Argument(help="halo.tickets, …", metavar="TOPIC", parser=source_topic)]
Reason = Annotated[str | None, typer.Option(help="Only this class of reason: value, type, key, … (see list).")]


@dlq.command("list")
def list_(
    topic: Annotated[
        Topic | None, typer.Option(help="Only this topic's.", parser=source_topic, metavar="TOPIC")
    ] = None,
) -> None:
    """Count dead letters by topic, group and reason. Waiting are those that nobody has replayed."""
    _run(lambda settings, database: list_letters(settings, database, [topic] if topic else topics.SOURCES))


@dlq.command()
def show(
    topic: Of,
    partition: Annotated[int | None, typer.Option(min=0, help="With --offset: the one there.")] = None,
    offset: Annotated[int | None, typer.Option(min=0)] = None,
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_SHOWN, help="The newest so many.")] = 10,
    content: Annotated[bool, typer.Option("--content", help="Show values too; needs --why.")] = False,
    why: Annotated[str, typer.Option(help="Why you need the content. Written to the audit log.")] = "",
) -> None:
    """Show dead letters with headers, key and reason; their content only with --content --why."""
    if content != bool(why.strip()):
        raise typer.BadParameter("--content and --why go together")
    place = (partition, offset) if partition is not None and offset is not None else None
    if place is None and (partition, offset) != (None, None):
        raise typer.BadParameter("--partition and --offset go together")
    given = why.strip() or None
    _run(
        lambda settings, database: show_letters(settings, database, topic, place, reason=reason, limit=limit, why=given)
    )


@dlq.command()
def replay(
    topic: Of,
    reason: Reason = None,
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.", callback=known_tenant)] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most, the oldest of each partition first.")] = 1000,
    again: Annotated[bool, typer.Option("--again", help="Those that failed three replays as well.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be replayed, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Put dead letters back, untouched, for the group alone that rejected them. Written to the audit log.

    None is replayed twice; killed half-way, run it again.
    """
    wish = Wish(reason, tenant, limit, again)
    _run(lambda settings, database: replay_letters(settings, database, topic, wish, dry_run=dry_run, yes=yes))


def _run(command: Callable[[Settings, store.Database], Awaitable[None]]) -> None:
    """Run a command that needs Kafka and MongoDB."""

    async def body(settings: Settings) -> None:
        database = store.connect(settings)
        try:
            await command(settings, database)
        finally:
            store.close(database)

    run(body)
