"""The marks with which models separate their reasoning from their answer, and where text may be the start of one."""

from __future__ import annotations

import re

_TAGS = (
    *("think", "thinking", "thought", "thoughts", "reason", "reasoning", "reflection", "analysis", "scratchpad"),
    *("inner_monologue", "inner_thoughts", "seed:think", "mm:think", "antml:thinking"),
)
_BRACKETED = ("think", "thinking", "thought", "reasoning")
_PIPED_OPEN = ("think", "thinking", "begin_of_thought", "start_thinking")
_PIPED_CLOSE = ("/think", "/thinking", "end_of_thought", "end_thinking")
HARMONY = ("channel", "start", "message", "end", "return", "call", "constrain")
_MAX_ATTRIBUTES = 200  # characters
_TAG = "|".join(_TAGS)
_IN_BRACKETS = "|".join(_BRACKETED)
_GLUED = "assistantfinal"
_ATTRIBUTES = rf"(?:\s[^<>]{{0,{_MAX_ATTRIBUTES}}})?"

# Qwen, DeepSeek and most others; Magistral; Kimi; Command A and OpenThinker; Gemma; gpt-oss (harmony).
MARK = re.compile(
    rf"""
    (?P<empty><\s?(?:{_TAG}){_ATTRIBUTES}/>)
  | (?P<open><\s?(?:{_TAG}){_ATTRIBUTES}> | \[(?:{_IN_BRACKETS})\] | ◁\s?think\s?▷ | <\|(?:{"|".join(_PIPED_OPEN)})\|>
        | <\|channel>thought)
  | (?P<close><\s?/\s?(?:{_TAG})\s?> | \[/(?:{_IN_BRACKETS})\] | ◁\s?/\s?think\s?▷ | <\|(?:{"|".join(_PIPED_CLOSE)})\|>
        | <channel\|>)
  | <\|(?P<harmony>{"|".join(HARMONY)})\|>
  | (?P<glued>{_GLUED})
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Harmony whose special tokens the server has removed: "analysisWe should ...assistantfinalThe answer".
GLUED_START = re.compile(r"analysis(?=[A-Z\"“'])")

# By what a mark begins with: the names that may follow, after a slash or not.
_NAMES = {
    "<|": (*_PIPED_OPEN, *(name.lstrip("/") for name in _PIPED_CLOSE), *HARMONY, "channel>thought"),
    "<": (*_TAGS, "channel|"),
    "[": _BRACKETED,
    "◁": ("think",),
}
_HEAD = re.compile(r"(?P<opener><\|?|\[|◁)\s?/?\s?(?P<name>[\w:|>]*)(?P<more>[^<>▷]*)\Z", re.DOTALL)
SIGNS = "<[◁"  # with which marks begin, but for the bare words
_QUOTES = {"`": "`", '"': '"', "'": "'", "“": "”", "\u2018": "\u2019", "«": "»", "(": ")", "„": "“"}
_SENTENCE_ENDS = ".!?:;…。\uff01\uff1f\uff1a]*>)"  # also of citations, of Markdown and of other tags
_FENCES = ("```", "~~~")
_CODE_TAG = re.compile(r"<(/?)(?:code|pre)\b[^<>]*>", re.IGNORECASE)
# What goes on in the same sentence, and how a line of a list or a table begins.
_GOES_ON = ".,;:!?)"
_LEAD = re.compile(r"\s*(?:[-*+|]|\d{1,2}[.)])\s+")


def held_from(text: str, *, is_glued: bool) -> int:
    """The position from which the text may be the beginning of a mark; its length where it is none.

    The bare word is a mark only after the bare word "analysis": `is_glued`.
    """
    opener = max(text.rfind(sign) for sign in SIGNS)
    starts = [opener] if opener >= 0 and _may_be_mark(text[opener:]) else []
    starts += [len(text) - size for size in range(1, len(_GLUED)) if is_glued and text.endswith(_GLUED[:size])]
    return min(starts, default=len(text))


def _may_be_mark(text: str) -> bool:
    head = _HEAD.match(text)
    if head is None:
        return False
    name, names = head["name"].lower(), _NAMES[head["opener"]]
    if head["more"]:
        return name in names and len(head["more"]) <= _MAX_ATTRIBUTES + 1
    return any(f"{known}|".startswith(name) for known in names)


def is_quoted(before: str, after: str) -> bool:
    """Whether a mark between these texts stands in quotation marks of its own."""
    return bool(before and after) and _QUOTES.get(before[-1]) == after[0]


def is_code(text: str) -> bool:
    """Whether a mark after this text stands in code: Markdown's, or between tags of HTML."""
    line = _line(text)
    for fence in _FENCES:
        if text.count(fence) % 2 == 1:
            return True
        line = line.replace(fence, "")
    return line.count("`") % 2 == 1 or sum(-1 if tag[1] else 1 for tag in _CODE_TAG.finditer(text)) > 0


def is_unclosed_code(text: str, position: int) -> bool:
    """Whether the code in which a position stands has no end."""
    if any(text[:position].count(fence) % 2 == 1 and text.count(fence) % 2 == 1 for fence in _FENCES):
        return True
    return is_code(text[:position]) and is_code(text[: (text + "\n").index("\n", position)])


def has_open(text: str) -> bool:
    """Whether there is an opening mark in the text."""
    return any(mark.lastgroup == "open" for mark in MARK.finditer(text))


def is_mention_of_close(before: str, after: str) -> bool:
    """Whether a closing mark between these texts is one that is written about: its sentence, list or table goes on."""
    line = _line(before)
    return bool(line.strip()) and ((bool(after) and after in _GOES_ON) or bool(_LEAD.fullmatch(line)))


def is_mention(before: str) -> bool:
    """Whether a mark after this text stands in the middle of a sentence: prose about the mark."""
    line = _line(before)
    words = line.rstrip()
    return bool(words) and words != line and words[-1] not in _SENTENCE_ENDS


def is_on_line_with_mention(before: str) -> bool:
    """Whether the line of a closing mark has an opening mark before it, of which it is the counterpart."""
    return has_open(_line(before))


def _line(before: str) -> str:
    return before.rpartition("\n")[2]
