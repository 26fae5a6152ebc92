"""Quick Match as a policy: what is certain, what is offered, and what is never guessed."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wizard_api.company_match import OFFERED, Named, Proposal, propose
from wizard_api.company_names import plain

SAME = [
    ("Acme Ltd", "ACME Limited"),
    ("Acme, Inc.", "acme incorporated"),
    ("The Acme Company", "Acme Co."),
    ("Acme Company, The", "Acme"),
    ("Müller & Söhne GmbH & Co. KG", "Muller and Sohne GmbH"),
    ("Smith & Sons", "Smith and Sons"),
    ("Van Dam B.V.", "van dam bv"),
    ("Dupont S.A.R.L.", "DUPONT SARL"),
    ("Café S.A.", "Cafe SA"),
    ("Wombat Pty Ltd", "Wombat Pty. Limited"),
    ("Wombat P/L", "Wombat Pty"),
    ("Kowalski Sp. z o.o.", "Kowalski"),
    ("Joe's Garage LLC", "Joes Garage"),
    ("J.P. Morgan", "JP Morgan"),
    ("Straße AG", "STRASSE"),
    ("Ørsted A/S", "Orsted"),
    ("Contoso  -  Europe", "contoso europe"),
]
OTHER = [("London Zoo", "London"), ("Acme", "Acme Europe"), ("Northwind", "Southwind"), ("Private Ltd", "Public Ltd")]
FORMS = ["Ltd", "Ltd.", "Limited", "LLC", "Inc", "Inc.", "GmbH", "B.V.", "S.A.", "Pty Ltd", "Pvt. Ltd.", "Co.", "PLC"]
ACCENTS = {"a": "á", "e": "é", "i": "ï", "o": "ö", "u": "ü", "n": "ñ", "c": "ç"}
word = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8)
bases = st.lists(word, min_size=1, max_size=3).filter(
    lambda words: plain(" ".join(words)).core == " ".join(words)  # no legal form or article by chance
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_people_write_differently_is_the_same_name(one: str, other: str) -> None:
    assert plain(one).core == plain(other).core
    assert plain(one).could_be(plain(other))
    assert match({1: one}, {"p": other})[1].certain


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_tells_companies_apart_stays(one: str, other: str) -> None:
    assert plain(one).core != plain(other).core


@given(st.text(max_size=60))
def test_any_text_has_a_plain_name_which_is_its_own(name: str) -> None:
    core = plain(name).core
    assume(unicodedata.normalize("NFKD", core.casefold()) == core)  # letters that change whenever they are folded
    assert plain(core).core == core


@st.composite
def variants(draw: st.DrawFn, words: list[str]) -> str:
    """The same name as somebody else might write it."""
    cased = [draw(st.sampled_from([each, each.upper(), each.title()])) for each in words]
    if draw(st.booleans()):
        cased = ["".join(ACCENTS.get(letter, letter) for letter in each) for each in cased]
    text = draw(st.sampled_from([" ", "  ", " - ", ", ", "_"])).join(cased)
    text = draw(st.sampled_from(["", "The ", "THE "])) + text
    text += draw(st.sampled_from(["", *(f" {form}" for form in FORMS), *(f", {form}" for form in FORMS)]))
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)


@given(st.data(), bases)
def test_case_accents_punctuation_articles_and_legal_forms_change_nothing(data: st.DataObject, base: list[str]) -> None:
    assert plain(data.draw(variants(base))).core == " ".join(base)


names = st.lists(st.sampled_from(["Acme", "Acme Ltd", "Acme GmbH", "Acme Europe", "Acne", "Contoso", "The Contoso Co",
                                  "Kontoso", "Fabrikam", "Fabrikam Inc", "!!!", ""]), max_size=8)  # fmt: skip


@given(names, names, st.data())
def test_certain_is_unique_free_and_alike_and_nothing_is_offered_twice(
    ours: list[str], theirs: list[str], data: st.DataObject
) -> None:
    halo = dict(enumerate(ours, 1))
    portal = {f"p{id}": name for id, name in enumerate(theirs)}
    pairs = data.draw(st.permutations(sorted(portal)))
    links = dict(zip(data.draw(st.permutations(sorted(halo))), pairs[: data.draw(st.integers(0, 3))], strict=False))
    found = match(halo, portal, links)
    assert not found.keys() & links.keys(), "what is decided is not proposed anew"
    certain = [each for each in found.values() if each.certain]
    assert len({each.candidates[0].id for each in certain}) == len(certain)
    for each in found.values():
        assert 1 <= len(each.candidates) <= OFFERED
        assert not {candidate.id for candidate in each.candidates} & set(links.values())
    for each in certain:
        [candidate] = each.candidates
        core = plain(halo[each.company.id]).core
        assert core
        assert [id for id, name in portal.items() if plain(name).core == core] == [candidate.id]
        assert [id for id, name in halo.items() if plain(name).core == core] == [each.company.id]
    shuffled_halo = dict(data.draw(st.permutations(list(halo.items()))))
    shuffled_portal = dict(data.draw(st.permutations(list(portal.items()))))
    assert match(shuffled_halo, shuffled_portal, links) == found, "the order plays no part"


@given(st.data(), bases)
def test_a_namesake_on_either_side_makes_it_a_question(data: st.DataObject, base: list[str]) -> None:
    name, other, again = (data.draw(variants(base)) for _ in range(3))
    assume(plain(name).could_be(plain(other)))
    assert match({1: name}, {"p": other})[1].certain
    two = match({1: name}, {"p": other, "q": again})[1]
    assert (two.certain, two.reason, {each.id for each in two.candidates}) == (False, "several", {"p", "q"})
    both = match({1: name, 2: again}, {"p": other})
    assert [(each.certain, each.reason) for each in both.values()] == [(False, "several")] * 2
    linked = match({1: name, 2: again}, {"p": other, "q": again}, {2: "q"})[1]
    assert not linked.certain, "also when the namesake is linked already"


def test_what_is_not_certain_says_why() -> None:
    def reason(ours: str, *theirs: Named[str]) -> str | None:
        found = propose([Named(1, ours)], theirs, {}).get(1)
        return found.reason if found else None

    assert reason("Acme Ltd", Named("p", "Acme GmbH")) == "legal_form"
    assert reason("Acme", Named("p", "Acme", inactive=True)) == "inactive"
    assert reason("Contoso", Named("p", "Kontoso")) == "similar"
    assert reason("Contoso", Named("p", "Contoso Europe")) == "similar"
    assert reason("Contoso", Named("p", "Fabrikam")) is None
    assert reason("???", Named("p", "!!!")) is None, "nothing to tell them by"


def match(halo: dict[int, str], portal: dict[str, str], links: dict[int, str] | None = None) -> dict[int, Proposal]:
    return propose(
        [Named(id, name) for id, name in halo.items()], [Named(id, name) for id, name in portal.items()], links or {}
    )
