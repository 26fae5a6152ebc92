"""Names of asset types and device types as they are compared: without case, accents, punctuation and plural."""

import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_SAME: dict[str, str] = {
    "workstation": "desktop|desktop computer|desktop pc|pc|personal computer|computer|workstation pc|imac",
    "laptop": "notebook|laptop computer|laptop pc|notebook computer|notebook pc|macbook|ultrabook",
    "server": "physical server|file server|server hardware",
    "network device": "networking device|network equipment|networking equipment|network appliance|network hardware",
    "printer": "mfp|multifunction printer|multi function printer|laser printer|printer scanner",
    "mobile": "mobile device|cell phone|cellphone|smartphone|smart phone|iphone|android phone",
    "tablet": "tablet pc|tablet computer|tablet device|ipad",
    "firewall": "hardware firewall|firewall appliance|network firewall",
    "switch": "network switch|ethernet switch|managed switch",
    "access point": "ap|wap|wireless access point|wifi access point|wi fi access point|wireless ap",
    "phone": "telephone|desk phone|voip phone|ip phone|ip telephone|handset",
    "monitor": "screen|display|computer monitor",
    "router": "network router|wireless router",
    "storage": "nas|san|network attached storage|storage device",
    "ups": "uninterruptible power supply|battery backup",
    "camera": "ip camera|security camera|cctv camera",
    "virtual machine": "vm|virtual server",
}
TELLS_NOTHING = frozenset(
    ("device", "equipment", "hardware", "asset", "other", "system", "and", "it", "the", "of", "for", "type", "misc")
)
"""Words that many things share."""


def plain(name: str) -> str:
    """The name's words, by spaces; empty where it has neither letter nor digit. ``plain(plain(x)) == plain(x)``."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(letter for letter in folded if unicodedata.category(letter) != "Mn")
    return " ".join(map(_singular, _BETWEEN_WORDS.sub(" ", bare.replace("'", "")).split()))


def meaning(name: str) -> str:
    """The same, where a synonym becomes the usual word."""
    words = plain(name)
    return _USUAL.get(words, words)


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses")) else word[:-1]


_USUAL = {plain(other): plain(usual) for usual, others in _SAME.items() for other in others.split("|")}
