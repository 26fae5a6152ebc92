"""A company's name without what people write differently: case, accents, punctuation, "The", and its legal form."""

import re
import unicodedata
from dataclasses import dataclass

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "&": " and ", "+": " and "}
)
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WRITTEN: dict[str, str] = {
    "ltd": "ltd limited",
    "inc": "inc incorporated",
    "corp": "corp corporation",
    "co": "co company",
    "pty": "pty proprietary",
    "pvt": "pvt private",
    "gmbh": "gmbh mbh",
    "ug": "ug haftungsbeschrankt",
    "sl": "sl slu",
    "sas": "sas sasu",
    "oy": "oy oyj",
}
_ALONE = (
    "llc llp lp plc pte ag kg kgaa ohg gbr ev eg bv nv vof cv sa sarl eurl srl spa ab as asa aps bhd sdn kk sro kft"
)
_PHRASES = {"sp zoo": "spzoo", "sa de cv": "sadecv", "p l": "pty", "pl": "pty"}
_FORMS: dict[tuple[str, ...], str] = {
    **{(word,): form for form, words in _WRITTEN.items() for word in words.split()},
    **{(word,): word for word in _ALONE.split()},
    **{tuple(phrase.split()): form for phrase, form in _PHRASES.items()},
}
_LONGEST = max(map(len, _FORMS))


@dataclass(frozen=True)
class Plain:
    """``core``: the words that tell companies apart, by spaces, empty where a name has neither letter nor digit.

    ``forms``: the legal forms that were taken off its end, each in one spelling.
    """

    core: str
    forms: frozenset[str]

    def could_be(self, other: "Plain") -> bool:
        """Whether the legal forms agree: equal, or one says less. *Acme Ltd* and *Acme GmbH* may be two companies."""
        return self.forms <= other.forms or other.forms <= self.forms


def plain(name: str) -> Plain:
    """The name as it is compared. ``plain(x).core`` is its own core."""
    words = _words(name)
    forms: list[str] = []
    while (shorter := _without_article(words)) or (shorter := _without_form(words, forms)):
        words = shorter
    return Plain(" ".join(words), frozenset(forms))


def _words(name: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return _abbreviations(_BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", bare.translate(_LETTERS))).split())


def _abbreviations(words: list[str]) -> list[str]:
    """Single letters in a row are one word: *B.V.*, *B V* and *BV* are the same."""
    found: list[str] = []
    letters = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and letters:
            found[-1] += word
        else:
            found.append(word)
        letters = single
    return found


def _without_article(words: list[str]) -> list[str]:
    if len(words) < 2:
        return []
    return words[1:] if words[0] == "the" else words[:-1] if words[-1] == "the" else []


def _without_form(words: list[str], forms: list[str]) -> list[str]:
    """The words before a legal form at the end, which is added to ``forms``; never none at all."""
    for length in range(min(_LONGEST, len(words) - 1), 0, -1):
        form = _FORMS.get(tuple(words[-length:]))
        if form is not None:
            forms.append(form)
            rest = words[:-length]
            return rest[:-1] if len(rest) > 1 and rest[-1] == "and" else rest  # GmbH & Co. KG
    return []
