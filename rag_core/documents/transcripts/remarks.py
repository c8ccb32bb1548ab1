"""What a model says about its own work, before or after the page that it was to write down, or in place of it.

Pages may say similar things: a letter ends with "Let me know if you have questions", a manual of Markdown has examples
of it. So a remark has to speak of the transcript, unless something else shows that the model speaks.
"""

from __future__ import annotations

import re

_MAX_REMARK = 300  # characters of a paragraph that can be a remark, which is one line
_MAX_WEAK_REFUSAL = 400  # of a reply that says no more than that it cannot help
_IGNORED = re.IGNORECASE | re.DOTALL

_AGREES = (
    r"(?:sure(?: thing)?|certainly|of course|absolutely|ok(?:ay)?|alright|great|yes|got it|understood|no problem|gladly"
    r"|(?:i['\u2019]d be |i am |i['\u2019]m )?happy to help(?: with (?:that|this))?)"
)
_AGREEMENT = re.compile(
    rf"(?:{_AGREES}(?:[!,.:]|\s*[\u2013\u2014-])*\s*)?(?:here\s+(?:you\s+go|it\s+is)\s*[:.!]*)?", _IGNORED
)
_PREAMBLE = re.compile(
    rf"(?:{_AGREES}\s*[!,.:\u2013\u2014-]*\s*)?"
    r"(?:(?:based\s+on|from)\s+(?:the|your)\s+[^,\n]{0,60}(?:image|page|document|picture|scan)[^,\n]{0,20},\s*)?"
    r"(?:(?:here(?:['\u2019]s|\s+is|\s+are)|below\s+(?:is|are)|the\s+following\s+is|this\s+is|please\s+find(?:\s+below)?)"
    r"\s+(?:the|your|my|a|what)\b|i(?:['\u2019](?:ve|ll)|\s+have|\s+will)\s+(?:transcrib|extract|convert)|as\s+requested,)",
    _IGNORED,
)
_WORK = re.compile(
    r"\b(?:transcri(?:b|pt)\w*|extract(?:ed|ion)|convert(?:ed)?|conversion|ocr|(?:in|as|to|into|using)\s+(?:\w+\s+)?markdown"
    r"|(?:the|your)\s+markdown\s*[:.!]|markdown(?:\s|-)(?:format|version|transcript|content|text|representation|output|rendering|document)"
    r"|(?:content|text)s?\s+(?:of|from|in|on)\s+(?:the|this|your)\s+(?:\w+\s+)?(?:page|image|document|picture|scan))",
    _IGNORED,
)
_OBJECT = re.compile(
    r"\b(?:page|image|document|contents?|text|transcription|transcript|markdown|pdf|picture|screenshot|scan)\b",
    _IGNORED,
)
_CLOSING = re.compile(
    r"i\s+hope\s+(?:this|that|it)\s+helps|(?:please\s+)?let\s+me\s+know\s+(?:if|whether)|(?:please\s+)?feel\s+free\s+to"
    r"|is\s+there\s+anything\s+else|if\s+you(?:['\u2019]d|\s+(?:need|have|want|would))\b.*"
    r"\b(?:let\s+me\s+know|feel\s+free|just\s+ask|assist|happy\s+to\s+help)",
    _IGNORED,
)
_ABOUT_WORK = re.compile(
    r"(?:(?:\*\*|\*|_)*(?:please\s+)?note\b|i(?:['\u2019]ve|\s+have)?\b|(?:this|the)\s+(?:above\s+)?"
    r"(?:markdown|transcription|transcript|conversion|extracted|formatting)\b).*"
    r"\b(?:transcri(?:b|pt)\w*|extract(?:ed|ion)|convert(?:ed)?|conversion|markdown|formatt\w+|illegible|ocr"
    r"|(?:original|provided|given|source)\s+(?:page|image|document|picture|layout))\b",
    _IGNORED,
)
_APOLOGY = (
    r"(?:(?:(?:i['\u2019]m|i\s+am)\s+(?:\w+\s+)?sorry|sorry|apologies|i\s+apologi[sz]e|unfortunately)"
    r"[^\w\n]*(?:but\s+)?)"
)
_UNABLE = (
    r"(?:i\s+(?:can['\u2019]t|cannot|can\s+not|could\s*n[o'\u2019]t|won['\u2019]t|am\s+(?:unable|not\s+able)|do\s*n[o'\u2019]t\s+(?:have|see))"
    r"|i['\u2019]m\s+(?:unable|not\s+able)|as\s+an?\s+(?:ai|language\s+model)\b[^.]*?\bi\s+(?:can['\u2019]t|cannot))"
)
_REFUSAL = re.compile(rf"[#*_>\s]*{_APOLOGY}?{_UNABLE}\b(?P<what>[^.!?]*)", _IGNORED)
_NO_IMAGE = re.compile(
    r"(?:i['\u2019]m\s+sorry[^\w\n]*(?:but\s+)?)?(?:it\s+(?:seems|appears|looks\s+like)\s+(?:that\s+)?)?"
    r"(?:there\s*(?:['\u2019]s|is|was)\s+no|no|you\s+(?:have\s*n[o'\u2019]t|did\s*n[o'\u2019]t|forgot))\b.{0,40}"
    r"\b(?:image|page|picture|document|file|attachment)\b.{0,20}\b(?:attached|provided|uploaded|shared|visible)\b",
    _IGNORED,
)
_ABOUT_PAGES = re.compile(
    r"\b(?:images?|pictures?|photos?|transcri(?:b|pt)\w*|verbatim|copyright\w*|extract|(?:the|this)\s+(?:page|document)"
    r"|this\s+(?:file|request|content)|(?:that|your|the)\s+request|(?:assist|help)\s+(?:you\s+)?with\s+(?:that|this))\b",
    _IGNORED,
)
_CANNOT = re.compile(
    r"\b(?:assist|help|comply|process|view|see|read|do\s+that|fulfill?|provide|access|reproduce|analy[sz]e)\b", _IGNORED
)


def is_agreement(paragraph: str) -> bool:
    """Whether a paragraph only agrees to do something, such as "Sure!" does."""
    return bool(paragraph and _AGREEMENT.fullmatch(paragraph))


def is_preamble(paragraph: str) -> bool:
    """Whether a paragraph announces a transcript, as "Sure! Here's the extracted content in markdown format:" does."""
    announces = _is_short(paragraph) and _PREAMBLE.match(paragraph)
    return bool(announces and paragraph[-1] in ":.!" and _WORK.search(paragraph) and _OBJECT.search(paragraph))


def is_closing(paragraph: str) -> bool:
    """Whether a paragraph takes leave of a user, as "Let me know if you need anything else." does."""
    return _is_short(paragraph) and bool(_CLOSING.match(paragraph))


def is_about_work(paragraph: str) -> bool:
    """Whether a paragraph speaks of how a page was written down, such as "Note: one table was converted."."""
    return _is_short(paragraph) and bool(_ABOUT_WORK.match(paragraph))


def is_closing_about_work(paragraph: str) -> bool:
    """Whether a paragraph takes leave and names the work, as "Let me know if the transcription has errors." does."""
    return is_closing(paragraph) and bool(_WORK.search(paragraph))


def is_refusal(reply: str) -> bool:
    """Whether a reply says that the model cannot or will not write down the page."""
    found = _REFUSAL.match(reply)
    is_short = len(reply) <= _MAX_WEAK_REFUSAL
    if found is None:
        return is_short and bool(_NO_IMAGE.match(reply))
    return bool(_ABOUT_PAGES.search(found["what"])) or (is_short and bool(_CANNOT.search(found["what"])))


def _is_short(paragraph: str) -> bool:
    return 0 < len(paragraph) <= _MAX_REMARK and "\n" not in paragraph
