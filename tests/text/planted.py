"""Makes a transcript of a text: other marks, the same words, and errors whose places are known."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """An error: what the text says, and what the transcript says in its place, which may be nothing."""

    kind: str
    right: str
    wrong: str
    at: int  # in the transcript


def planted(text: str, seed: int, every: int = 900) -> tuple[str, list[Planted]]:
    """The text with an error about every so many characters."""
    rng = random.Random(seed)
    made, errors, at, next_error = "", list[Planted](), 0, rng.randrange(100, every)
    kinds = list(_ERRORS.items())
    while next_error < len(text) - 400:
        kind, function = kinds[len(errors) % len(kinds)]
        found = function(text, next_error, rng)
        if found is None:
            next_error += 50
            continue
        start, end, wrong = found
        made += text[at:start]
        errors.append(Planted(kind, text[start:end], wrong, len(made)))
        made += wrong
        at, next_error = end, end + rng.randrange(every // 2, every)
    return made + text[at:], errors


_Found = tuple[int, int, str] | None


def _digit(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<=[\s(])\d+\.\d+(?=[\s,;)])").search(text, at, at + 900)
    if match is None:
        return None
    place = rng.choice([i for i, char in enumerate(match.group()) if char.isdigit()])
    digit = str((int(match.group()[place]) + rng.randrange(1, 10)) % 10)
    return *match.span(), match.group()[:place] + digit + match.group()[place + 1 :]


def _comma(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<=[\s(])\d+\.\d\d?(?=[\s,;)])").search(text, at, at + 900)
    return (*match.span(), match.group().replace(".", ",")) if match else None


def _sign(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<=[a-z] )\d+\.\d+(?= )").search(text, at, at + 900)
    return (*match.span(), f"-{match.group()}") if match else None


def _unit(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<=\d)(?:%|M|B|K|GB)(?=[\s,.)])").search(text, at, at + 900)
    if match is None:
        return None
    return *match.span(), {"%": "M", "M": "B", "B": "M", "K": "M", "GB": "MB"}[match.group()]


def _word(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<= )[a-z]{5,}(?= )").search(text, at, at + 300)
    return (*match.span(), rng.choice(["quiet", "harvest", "oblique", "swift"])) if match else None


def _swapped(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<= )([a-z]{4,}) ([a-z]{4,})(?= )").search(text, at, at + 300)
    return (*match.span(), f"{match[2]} {match[1]}") if match and match[1] != match[2] else None


def _dropped_word(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<= )[a-z]{4,} (?=[a-z])").search(text, at, at + 300)
    return (*match.span(), "") if match else None


def _dropped_sentence(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<=[a-z]\. )[A-Z][^.!?\n]{30,200}[a-z]\. (?=[A-Z])").search(text, at, at + 900)
    return (*match.span(), "") if match else None


def _invented(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<=[a-z]\. )(?=[A-Z])").search(text, at, at + 900)
    sentence = rng.choice(
        [
            "This finding was later confirmed by a second group of annotators. ",
            "Our largest run needed 37 days on a small cluster. ",
        ]
    )
    return (*match.span(), sentence) if match else None


def _negated(text: str, at: int, rng: random.Random) -> _Found:
    match = re.compile(r"(?<= )(?:is|are|does|can|was|were)(?= [a-z])").search(text, at, at + 600)
    return (*match.span(), f"{match.group()} not") if match else None


_ERRORS: dict[str, Callable[[str, int, random.Random], _Found]] = {
    "digit": _digit, "word": _word, "sentence dropped": _dropped_sentence, "comma": _comma, "words swapped": _swapped,
    "sentence invented": _invented, "unit": _unit, "word dropped": _dropped_word, "sign": _sign, "negated": _negated,
}  # fmt: skip


def as_transcript(text: str, seed: int) -> str:
    """The same words as a vision model writes them: Markdown, other dashes and quotes, blocks in another order."""
    rng = random.Random(seed)
    text = text.replace("–", "-").replace("’", "'").replace("“", '"').replace("”", '"').replace("—", " - ")  # noqa: RUF001
    paragraphs = [_marked(one, rng) for one in re.split(r"\n\s*\n", text)]
    for number in range(0, len(paragraphs) - 1, 7):
        paragraphs[number], paragraphs[number + 1] = paragraphs[number + 1], paragraphs[number]
    return "\n\n".join(paragraphs)


def _marked(paragraph: str, rng: random.Random) -> str:
    if len(paragraph) < 70:
        return f"{'#' * rng.randrange(1, 4)} {paragraph}"
    if rng.random() < 0.2:
        return f"- {paragraph}"
    words = [f"**{word}**" if rng.random() < 0.03 and word.isalpha() else word for word in paragraph.split(" ")]
    return " ".join(words)
