"""What a browser makes of HTML: elements, their attributes, text, and whether all were closed in order."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

MARKUP = "<script>alert(1)</script> & \"quoted\" <img src=x onerror='alert(2)'> </div>"


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def stripped_of_tags(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def assert_harmless(html: str) -> None:
    read = Reader(html)
    assert not {"script", "img"} & set(read.elements)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
