"""Where sentences end in a block of text: sentencex, the block's language, and corrections for papers and reports.

sentencex (https://github.com/wikimedia/sentencex) has rules and abbreviations for each language. This module imports
nothing of the project: exported programs contain it.
"""

# ruff: noqa: RUF001
from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from sentencex import get_sentence_boundaries

from rag_core.text.superscripts import SUPERSCRIPTS

# Words that a language writes often and others do not; the language of a block is the one with most of them.
_FUNCTION_WORDS = {
    "en": "the of and to in is that for with was are this be as it on by from at which an or not have has we you",
    "de": "der die das und ist nicht den dem mit von zu auf für ein eine im des sich wird auch als sind wurde er",
    "fr": "le la les et des du est dans une un pour que qui sur pas au par avec ce sont cette il elle",
    "es": "el la los las y del que en una un por con para es su al como más este fue está son lo",
    "pt": "os da dos das que em um uma para com não por na mais como foi são ao pelo pela seu",
    "it": "il di che gli della è una un con non del le si sono da nel alla dei più anche",
    "nl": "de het een van en dat niet op te zijn met voor aan er bij werd ook naar",
    "da": "og det en på af den der ikke til som med har et blev også",
    "sv": "och att det som en är på av för den inte med har ett till om också",
    "fi": "ja ei että oli se hän mutta kun myös joka tämä ovat niin mukaan sekä",
    "pl": "na z się nie jest że od po oraz jak przez są był dla który",
}
_LANGUAGES_OF = {
    word: [language for language, words in _FUNCTION_WORDS.items() if word in words.split()]
    for words in _FUNCTION_WORDS.values()
    for word in words.split()
}
# The scripts of other languages; the first language of a script stands for all.
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "zh": re.compile(r"[\u3400-\u9fff\uf900-\ufaff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "my": re.compile(r"[\u1000-\u109f]"),
}
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_WORD = re.compile(r"[^\W\d_]+")
_OTHER_LETTER = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u024f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WINDOW = 4000  # sentencex takes quadratic time for a long block in some scripts

# What stands before a boundary that is none, and what must then stand after it.
_ALWAYS = "approx cf e.g i.e viz vs"
_BEFORE_NUMBER = (
    "alg app art ch cor def eq eqn eqs fig figs lem no nos p par pp prop ref refs sec secs tab thm vol vols"
)
_BEFORE_SMALL = "al avg co corp dept est etc ex inc incl jr ltd max min resp sr u.k u.s"
_GERMAN = "abb bd bzw ca evtl ggf inkl kap nr tab vgl u.a z.b"
_BEFORE_ORDINAL = "ab am beim bis das dem den der des die im ins seit vom zum zur"


def _abbreviation(words: str) -> str:
    return rf"(?i:(?<![\w.])(?:{'|'.join(map(re.escape, words.split()))})\.)$"


_ANY = re.compile("")
_NUMBER = re.compile(r"[\[(]?\d|[A-Z](?:\.\d|\b(?!['’]))|[IVXL]+\b")
_SMALL = re.compile(r"[a-z\d(,;]")
_LOWER = re.compile(r"[^\W\d_A-Z]")
_CAPITAL = re.compile(r"[^\W\d_a-z]")
_Rules = tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
_IN_ALL: _Rules = (
    (re.compile(r"(?:\.\.|…|[.?!…][\"'”’»)\]]+)$"), _LOWER),  # "Why?" she asked
    (re.compile(r"(?:^|\s)\d{1,3}\.$"), _LOWER),
)
_ENGLISH: _Rules = (
    (re.compile(_abbreviation(_ALWAYS)), _ANY),
    (re.compile(_abbreviation(_BEFORE_NUMBER)), _NUMBER),
    (re.compile(_abbreviation(_BEFORE_SMALL)), _SMALL),
)
_INITIALS: _Rules = ((re.compile(r"(?<![\w.])[^\W\d_a-z]\.$"), _CAPITAL),)
_RULES: dict[str, _Rules] = {
    "en": (*_IN_ALL, *_ENGLISH),
    "de": (
        *_IN_ALL,
        *_INITIALS,
        (re.compile(_abbreviation(_GERMAN)), _ANY),
        (re.compile(rf"(?i:\b(?:{'|'.join(_BEFORE_ORDINAL.split())})\s\d{{1,2}}\.)$"), _CAPITAL),
    ),
    "ja": ((re.compile(r"[」』]$"), re.compile("[とっ]")),),
    "zh": (),
}
_OTHERS = (*_IN_ALL, *_INITIALS)
_TAIL = 40  # characters before a boundary that the rules look at
_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)\]]\s*")  # "1." or "(a)" before a list item
# The marks of footnotes, of which one may stand after another: "results.¹,² Then".
_NOTES = f"{SUPERSCRIPTS}⁻†‡"
_BETWEEN = "[,\u2013-]"
# sentencex ends no sentence within quotation marks or brackets, nor in a list item: it is shown blanks for them. The
# numbers of citations stay.
_MARKS = re.compile(
    rf"[\"'“”„‟‘’‚«»‹›`(){{}}•◦▪]|\[(?!\d)|(?<!\d)\]|(?<=[.!?\"'”’»)\]{_NOTES}])[{_NOTES}]"
    rf"|(?<=[{_NOTES}]){_BETWEEN}(?=[{_NOTES}])|(?<=[{_NOTES}]{_BETWEEN})[{_NOTES}]"
)
_CLOSING = re.compile(rf"(?:[\"'”’»)\]{_NOTES}]|(?<=[{_NOTES}]){_BETWEEN}(?=[{_NOTES}]))*(?:\[\d[\d,;\s–-]*\])*")
_IN_BRACKETS = re.compile(r"\((?:[^()]|\([^()]{0,200}\)){1,400}\)")
# Words that sentencex takes for abbreviations, such as that of Maine.
_WORDS = re.compile(r"(?<![\w.])(?:arc|art|fed|id|may|me|miss|no|pa)\.(?=\s+[A-Z])")
_WITH_MARKS = ("zh", "ja")  # whose marks sentencex reads well


def sentence_spans(block: str) -> list[tuple[int, int]]:
    """The sentences of a text in which no line break ends one, without white space at their ends."""
    text = _SURROGATE.sub("\ufffd", block)
    language = block_language(text)
    rules = _RULES.get(language, _OTHERS)
    inside = [match.span() for match in _IN_BRACKETS.finditer(text)] if language not in _WITH_MARKS else []
    cuts = [0]
    for end in _ends(text, language):
        if not (_is_inside(inside, end) or _continues(text, cuts[-1], end, rules)):
            cuts.append(end)
    return [span for start, end in pairwise([*cuts, len(text)]) if (span := _trimmed(text, start, end))]


def block_language(text: str) -> str:
    """The code of the language that a text seems to be in; English where nothing says otherwise."""
    if _OTHER_LETTER.search(text):
        counts = {language: len(script.findall(text)) for language, script in _SCRIPTS.items()}
        counts["zh"] *= not counts["ja"]  # Japanese has Chinese characters too
        found = max(counts, key=counts.__getitem__)
        if 2 * counts[found] > len(_LATIN.findall(text)):
            return found
    hits = Counter(name for word in _WORD.findall(text.lower()) for name in _LANGUAGES_OF.get(word, ()))
    best = max(_FUNCTION_WORDS, key=hits.__getitem__)
    return best if hits[best] > hits["en"] + 1 else "en"


def _ends(text: str, language: str) -> Iterator[int]:
    """Where sentencex ends a sentence, behind closing quotation marks, brackets and citations."""
    shown = text if language in _WITH_MARKS else _MARKS.sub(" ", text)
    words = (match.end() for match in _WORDS.finditer(shown)) if language == "en" else ()
    for stop in sorted({*_stops(shown, language), *words}):
        end = _CLOSING.match(text, stop).end()  # type: ignore[union-attr]  # it also matches nothing
        # A full stop within a word, as in "Node.js", ends no sentence.
        if text[stop - 1] != "." or text[end : end + 1].isspace():
            yield end


def _stops(shown: str, language: str) -> Iterator[int]:
    """Where sentencex ends a sentence, without white space and the last one; long texts are read in windows."""
    start, window = 0, _WINDOW
    while start < len(shown):
        part, is_last = shown[start : start + window], start + window >= len(shown)
        found = [start + boundary["end_index"] for boundary in get_sentence_boundaries(language, part)][:-1]
        if not (is_last or found):
            window *= 2
            continue
        yield from (_without_blanks(shown, end) for end in found)
        start, window = len(shown) if is_last else found[-1], _WINDOW


def _without_blanks(text: str, end: int) -> int:
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _is_inside(brackets: list[tuple[int, int]], end: int) -> bool:
    at = bisect_left(brackets, (end, 0)) - 1
    return at >= 0 and end < brackets[at][1]


def _continues(text: str, start: int, end: int, rules: _Rules) -> bool:
    """Whether the sentence from `start` goes on after `end`, where sentencex ends it."""
    after = text[end : end + _TAIL].lstrip()
    if _MARKER.fullmatch(text[start:end].strip()) and after:
        return True
    before = text[max(start, end - _TAIL) : end]
    return any(left.search(before) and right.match(after) for left, right in rules)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    inner = text[start:end].strip()
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    return (first, first + len(inner)) if inner else None
