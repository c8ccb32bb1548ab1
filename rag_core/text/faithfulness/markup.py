"""What is markup in a transcript, and no word of the page."""

from __future__ import annotations

import re
import unicodedata

from rag_core.text.superscripts import MINUS_OF_EXPONENT

# Names of LaTeX beside those of Greek letters, and what stands on the page; of any other command nothing does.
_SYMBOLS = {
    "approx": "\u2248", "times": "\u00d7", "pm": "\u00b1", "lt": "<", "gt": ">",
    "le": "\u2264", "leq": "\u2264", "leqslant": "\u2264", "ge": "\u2265", "geq": "\u2265", "geqslant": "\u2265",
    "ne": "\u2260", "neq": "\u2260", "in": "\u2208", "notin": "\u2209", "cap": "\u2229", "cup": "\u222a",
    "subset": "\u2282", "supset": "\u2283", "subseteq": "\u2286", "supseteq": "\u2287",
    "to": "\u2192", "rightarrow": "\u2192", "leftarrow": "\u2190", "leftrightarrow": "\u2194",
    "Rightarrow": "\u21d2", "implies": "\u21d2", "Leftarrow": "\u21d0", "Leftrightarrow": "\u21d4", "iff": "\u21d4",
    "wedge": "\u2227", "land": "\u2227", "vee": "\u2228", "lor": "\u2228", "forall": "\u2200", "exists": "\u2203",
    "sum": "\u2211", "prod": "\u220f", "int": "\u222b",
}  # fmt: skip
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "minus": "-"}
# A formula of LaTeX; the dollars of amounts have a blank or a figure on the other side.
_FORMULA = re.compile(r"(?<![\\$])\$(?=\S)([^$\n]{1,200}?)(?<=\S)\$(?!\d)")
_EXPONENT = re.compile("(\\^ ?\\{? ?)[-\u2212]")
_MARKUP = re.compile(
    r"""
      <sup>\s*[\d*†‡§¶a-z]{1,3}\s*</sup>        # a footnote's mark
    | (?<!\\)</?[A-Za-z][^<>\n]{0,200}>        # any other tag of HTML
    | &(?P<entity>\#?\w{1,8});
    | \[\^[^\]\n]{1,20}\]:?                     # a footnote's mark of Markdown
    | !\[[^\]\n]*\]\([^)\n]*\)                  # a picture
    | (?<=\])\([^)\s]*\)                        # where a link leads to
    | \\(?P<name>[A-Za-z]+)
    | ^\s*(?:```|~~~).*$                        # a fence
    """,
    re.VERBOSE | re.MULTILINE,
)


def without_markup(text: str, layer: str) -> str:
    """The text with blanks in place of tags, commands, links and fences: every character keeps its position.

    What the text layer has in the same way, such as a program's text, is no markup.
    """
    formulas = _FORMULA.sub(lambda match: match.group() if match.group() in layer else f" {match[1]} ", text)
    found = _MARKUP.sub(lambda match: match.group() if match.group() in layer else _blank(match), formulas)
    return _EXPONENT.sub(lambda match: match[1] + MINUS_OF_EXPONENT, found)


def _blank(match: re.Match[str]) -> str:
    return _seen(match["name"] or "", match["entity"] or "").rjust(len(match.group()))


def _seen(command: str, entity: str) -> str:
    """What the page shows for a command of LaTeX or an entity of HTML."""
    found = _SYMBOLS.get(command) or _ENTITIES.get(entity)
    if found or not command:
        return found or ""
    size, name = "CAPITAL" if command[0].isupper() else "SMALL", command.removeprefix("var").upper()
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return ""
