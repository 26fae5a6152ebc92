"""Quick Match: which portal company a Halo client is, by name. What is not certain is offered and never guessed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, Literal, TypeVar

from wizard_api.company_names import Plain, plain

K = TypeVar("K", int, str)
Reason = Literal["same_name", "several", "legal_form", "inactive", "similar"]
OFFERED = 5
"""Candidates at most."""
ALIKE = 0.85
"""Share of letters that two names have in common, in order, from which on they are similar."""
CROWD = 50
"""A word or beginning that more companies share tells nothing."""


@dataclass(frozen=True)
class Named(Generic[K]):
    """A company of Halo (``id`` int) or of the portal (``id`` str)."""

    id: K
    name: str
    inactive: bool = False


@dataclass(frozen=True)
class Proposal:
    """``certain``: one candidate, and no other company on either side has that name. Else a person has to choose."""

    company: Named[int]
    certain: bool
    reason: Reason
    candidates: list[Named[str]]


def propose(
    halo: Collection[Named[int]], portal: Collection[Named[str]], links: Mapping[int, str]
) -> dict[int, Proposal]:
    """Proposals for the Halo clients without a link, by id; who has none looks like no free portal company.

    ``links``: portal company by Halo client, as decided. The order of what is given plays no part.
    """
    taken = frozenset(links.values())
    names = {each.id: plain(each.name) for each in halo}
    namesakes = _by_core((each.id, names[each.id]) for each in halo)
    shelf = Shelf(portal, taken)
    found: dict[int, Proposal] = {}
    for company in sorted(halo, key=lambda each: each.id):
        if company.id in links:
            continue
        name = names[company.id]
        proposal = _exact(company, name, len(namesakes[name.core]), shelf) or _near(company, name, shelf)
        if proposal is not None:
            found[company.id] = proposal
    return found


class Shelf:
    """The portal's companies by what their names share. ``taken`` ones count as namesakes and are not offered."""

    def __init__(self, portal: Collection[Named[str]], taken: Collection[str]) -> None:
        self.taken = taken
        self.companies = {each.id: each for each in portal}
        self.names = {each.id: plain(each.name) for each in portal}
        self.cores = _by_core(self.names.items())
        self._marks: dict[str, list[str]] = defaultdict(list)
        for id, name in self.names.items():
            for mark in _marks(name):
                self._marks[mark].append(id)

    def free(self, ids: Iterable[str]) -> list[Named[str]]:
        """Those of the companies that nobody is linked to."""
        return [self.companies[id] for id in ids if id not in self.taken]

    def neighbours(self, name: Plain) -> list[Named[str]]:
        """Free companies that share a word, a beginning or an end with the name."""
        crowds = [self._marks.get(mark, []) for mark in _marks(name)]
        return self.free({id for crowd in crowds if len(crowd) <= CROWD for id in crowd})


def _exact(company: Named[int], name: Plain, namesakes: int, shelf: Shelf) -> Proposal | None:
    same = shelf.cores.get(name.core, []) if name.core else []
    free = shelf.free(same)
    if not free:
        return None
    reason: Reason = "same_name"
    if namesakes > 1 or len(same) > 1:
        reason = "several"
    elif not name.could_be(shelf.names[free[0].id]):
        reason = "legal_form"
    elif free[0].inactive:
        reason = "inactive"
    return Proposal(company, reason == "same_name", reason, _first(free, company.name))


def _near(company: Named[int], name: Plain, shelf: Shelf) -> Proposal | None:
    close = [each for each in shelf.neighbours(name) if _similar(name, shelf.names[each.id])]
    return Proposal(company, False, "similar", _first(close, company.name)) if close else None


def _similar(one: Plain, other: Plain) -> bool:
    """Almost the same letters, or all words of the shorter name in the longer."""
    words = sorted((set(one.core.split()), set(other.core.split())), key=len)
    if words[0] <= words[1] and sum(map(len, words[0])) >= 4:
        return True
    first, second = sorted((one.core, other.core))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The quick ones are upper bounds of the last, which is slow.
    return all(ratio() >= ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def _first(candidates: Sequence[Named[str]], name: str) -> list[Named[str]]:
    def distance(candidate: Named[str]) -> tuple[float, str, str]:
        return -SequenceMatcher(None, name, candidate.name, autojunk=False).ratio(), candidate.name, candidate.id

    return sorted(candidates, key=distance)[:OFFERED]


def _by_core(names: Iterable[tuple[K, Plain]]) -> dict[str, list[K]]:
    found: dict[str, list[K]] = defaultdict(list)
    for id, name in names:
        found[name.core].append(id)
    return found


def _marks(name: Plain) -> set[str]:
    joined = name.core.replace(" ", "")
    ends = {f"^{joined[:4]}", f"{joined[-4:]}$"} if len(joined) >= 4 else set()
    return {word for word in name.core.split() if len(word) > 1} | ends
