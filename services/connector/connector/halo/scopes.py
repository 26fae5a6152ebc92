"""Which of the guide's permissions an application has: asked all at once, and singly only where Halo refuses.

Halo refuses a request for scopes as a whole (``invalid_scope``) and does not always name the one it refuses.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from connector.halo.errors import API_PAGE, HaloError
from halobus.runs import Problem

T = TypeVar("T")
_ORDER = """
    read:tickets edit:tickets read:calendar edit:calendar read:customers read:crm edit:crm read:contracts read:items
    read:projects edit:projects read:sales edit:sales read:quotes read:invoices edit:invoices read:timesheets
    read:softwarelicensing read:assets edit:assets
"""
SCOPES: tuple[str, ...] = tuple(_ORDER.split())
"""What the guide tells its reader to enable, in its order. Never ``all``: the guide tells them to disable that."""
ESSENTIAL = ("read:tickets", "read:customers")
_NAMED = 3
_SEARCH = 8


class ScopeError(HaloError):
    """``invalid_scope``. ``named``: the scope that Halo's words name, if they name one."""

    def __init__(self, problem: Problem, named: str | None) -> None:
        super().__init__(problem)
        self.named = named


@dataclass(frozen=True)
class Granted(Generic[T]):
    """What came of it: the answer to the last, successful request; ``unknown`` scopes were not asked to the end."""

    answer: T
    asked: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass
class _Search(Generic[T]):
    """Asks within a limited number of requests."""

    ask: Callable[[Sequence[str]], Awaitable[T]]
    left: int = _SEARCH
    allowed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    async def works(self, scopes: Sequence[str]) -> bool:
        self.left -= 1
        try:
            await self.ask(scopes)
        except ScopeError:
            return False
        return True

    async def split(self, scopes: Sequence[str]) -> None:
        """Find out about each of them by halving what is refused."""
        if not scopes or self.left <= 0:
            return
        if await self.works(scopes):
            self.allowed.update(scopes)
        elif len(scopes) == 1:
            self.missing.update(scopes)
        else:
            middle = len(scopes) // 2
            await self.split(scopes[:middle])
            await self.split(scopes[middle:])


async def negotiate(ask: Callable[[Sequence[str]], Awaitable[T]], wanted: Sequence[str]) -> Granted[T]:
    """Get an answer for as many of the wanted scopes as the application has.

    ``ask`` raises ``ScopeError`` on ``invalid_scope``. HaloError (setup) where it lacks even what any sync needs.
    """
    rest = list(wanted)
    missing: list[str] = []
    for _ in range(_NAMED + 1):
        try:
            return Granted(await ask(rest), tuple(rest), tuple(missing))
        except ScopeError as refusal:
            if refusal.named not in rest:
                break
            rest.remove(refusal.named)
            missing.append(refusal.named)
    return await _search(ask, rest, missing, wanted)


async def _search(
    ask: Callable[[Sequence[str]], Awaitable[T]], rest: Sequence[str], missing: Sequence[str], wanted: Sequence[str]
) -> Granted[T]:
    """The essential ones first: an application without them is told so at once."""
    search: _Search[T] = _Search(ask, missing=set(missing))
    for scope in (one for one in ESSENTIAL if one in rest):
        await search.split([scope])
    if not search.allowed:
        raise HaloError(no_permissions())
    search.left = _SEARCH
    await search.split([scope for scope in rest if scope not in ESSENTIAL])
    asked = tuple(scope for scope in wanted if scope in search.allowed)
    unknown = tuple(scope for scope in rest if scope not in search.allowed | search.missing)
    return Granted(await ask(asked), asked, tuple(one for one in wanted if one in search.missing), unknown)


def no_permissions() -> Problem:
    """An application without permissions: its token works nowhere."""
    return Problem(
        kind="setup",
        title="The application has no permissions in Halo",
        detail="Halo knows the Client ID and Secret, but the application may not read tickets or customers.",
        remedy=f"In {API_PAGE} open the application's Permissions, enable what the guide's table says, and save.",
    )
