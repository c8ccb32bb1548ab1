"""The marks with which models separate their reasoning from their answer, and where text may be the start of one."""

from __future__ import annotations

import re

_TAGS = ("think", "thinking", "thought", "thoughts", "reasoning", "scratchpad", "seed:think", "antml:thinking")
_PIPED_OPEN = ("think", "thinking", "begin_of_thought", "start_thinking")
_PIPED_CLOSE = ("/think", "/thinking", "end_of_thought", "end_thinking")
HARMONY = ("channel", "start", "message", "end", "return", "call", "constrain")
_MAX_ATTRIBUTES = 200  # characters
_TAG = "|".join(_TAGS)
_GLUED = "assistantfinal"
_ATTRIBUTES = rf"(?:\s[^<>]{{0,{_MAX_ATTRIBUTES}}})?"

# Qwen, DeepSeek and most others; Magistral; Kimi; Command A and OpenThinker; Gemma; gpt-oss (harmony).
MARK = re.compile(
    rf"""
    (?P<empty><\s?(?:{_TAG}){_ATTRIBUTES}/>)
  | (?P<open><\s?(?:{_TAG}){_ATTRIBUTES}> | \[think\] | ◁\s?think\s?▷ | <\|(?:{"|".join(_PIPED_OPEN)})\|>
        | <\|channel>thought)
  | (?P<close><\s?/\s?(?:{_TAG})\s?> | \[/think\] | ◁\s?/\s?think\s?▷ | <\|(?:{"|".join(_PIPED_CLOSE)})\|>
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
    "[": ("think",),
    "◁": ("think",),
}
_HEAD = re.compile(r"(?P<opener><\|?|\[|◁)\s?/?\s?(?P<name>[\w:|>]*)(?P<more>[^<>▷]*)\Z", re.DOTALL)
_QUOTES = {"`": "`", '"': '"', "'": "'", "“": "”", "\u2018": "\u2019", "«": "»", "(": ")", "„": "“"}
_SENTENCE_ENDS = ".!?:;…。\uff01\uff1f\uff1a]*>)"  # also of citations, of Markdown and of other tags
_FENCE = "```"


def held_from(text: str, *, is_glued: bool) -> int:
    """The position from which the text may be the beginning of a mark; its length where it is none.

    The bare word is a mark only after the bare word "analysis": `is_glued`.
    """
    opener = max(text.rfind(sign) for sign in "<[◁")
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


def is_code(before: str) -> bool:
    """Whether a mark after this text stands in Markdown's code."""
    return before.count(_FENCE) % 2 == 1 or _line(before).replace(_FENCE, "").count("`") % 2 == 1


def is_mention(before: str) -> bool:
    """Whether a mark after this text stands in the middle of a sentence: prose about the mark."""
    line = _line(before)
    words = line.rstrip()
    return bool(words) and words != line and words[-1] not in _SENTENCE_ENDS


def is_on_line_with_mention(before: str) -> bool:
    """Whether the line of a closing mark has an opening mark before it, of which it is the counterpart."""
    return any(mark.lastgroup == "open" for mark in MARK.finditer(_line(before)))


def _line(before: str) -> str:
    return before.rpartition("\n")[2]
