"""HTML as plain text: what a person would read, line by line. Halo gives notes as either."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"address", "blockquote", "br", "div", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"}
)
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_TAG = re.compile(r"<(?:[a-zA-Z][^<>]*|/[a-zA-Z][^<>]*|!--.*?--)>", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def looks_marked_up(text: str) -> bool:
    """Whether a text holds tags; ``5 < 6`` and ``<ada@acme.example>`` written by a person may look so too."""
    return _TAG.search(text) is not None


def plain(text: str) -> str:
    """The text of some HTML: blocks become lines, entities characters, scripts and styles nothing."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects text and the line breaks of blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
