"""A language model's answer as HTML: while it is streamed, when it is complete, and when it failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.answers.citations import CITED_NUMBERS
from rag_core.answers.jobs import AnswerJob
from rag_core.answers.support import MIN_SUPPORT, RULE
from rag_core.html.answer_usage import one_line, usage_figures
from rag_core.html.templating import render
from rag_core.stages.results import Answer, AnswerSentence, Hit

_MARKER = re.compile(CITED_NUMBERS)
_DIGITS = re.compile(r"\d+")
_LIST = re.compile(r"[\[\]\d,\s]+")
_MAX_STREAMED_CHARACTERS = 6000
UNSUPPORTED = "not supported by what was retrieved"


class _Part(NamedTuple):
    """Text of an answer; `rank` is that of the hit to which it is a link, if it is one."""

    text: str
    rank: int | None = None


def streaming_html(column: int, model: str, job: AnswerJob) -> str:
    """The text so far; before the first token, what is being waited for, and how long."""
    first_ms = job.first_token_ms
    stage = f"first token after {one_line(first_ms)}" if first_ms is not None else ""
    return render(
        "streaming_answer",
        column=column,
        model=model,
        stage=stage or job.stage or "waiting for the first token",
        elapsed=one_line(job.elapsed_ms),
        text=_tail(job.text),
    )


def _tail(text: str) -> str:
    """The part that is read while it comes: a long answer would be sent whole ten times a second."""
    return text if len(text) <= _MAX_STREAMED_CHARACTERS else "… " + text[-_MAX_STREAMED_CHARACTERS:]


def failed_html(column: int, model: str, error: str, text: str) -> str:
    """Why there is no answer, and the text that had been received."""
    return render("failed_answer", column=column, model=model, error=error, text=text)


def generated_html(column: int, answer: Answer, hits: Sequence[Hit], prices_date: str | None) -> str:
    """The answer with links to the hits that it cites; sentences that they do not support are marked."""
    return render(
        "generated_answer",
        column=column,
        answer=answer,
        pieces=list(_pieces(answer, {hit.rank for hit in hits})),
        verdict=_verdict(answer),
        supported=all(sentence.supported for sentence in answer.sentences),
        rule=RULE,
        notes=_notes(answer),
        usage=usage_figures(answer, prices_date),
    )


def _pieces(answer: Answer, ranks: set[int]) -> Iterator[tuple[list[_Part], str]]:
    """The text in order: sentences, each with what is wrong with it, and what lies between them."""
    last = 0
    for sentence in answer.sentences:
        yield _linked(answer.text[last : sentence.start], ranks), ""
        yield _linked(answer.text[sentence.start : sentence.end], ranks), _problem(sentence)
        last = sentence.end
    yield _linked(answer.text[last:], ranks), ""


def _problem(sentence: AnswerSentence) -> str:
    return "" if sentence.supported else f"{UNSUPPORTED[0].upper()}{UNSUPPORTED[1:]}. {_reason(sentence)}"


def _reason(sentence: AnswerSentence) -> str:
    if sentence.similarity is None:
        return "It cites no hit."
    if sentence.similarity >= MIN_SUPPORT:
        return "It contains a number that the cited hits do not contain."
    return f"Its similarity to the cited hits is {sentence.similarity:.2f}; at least {MIN_SUPPORT:.2f} is required."


def _linked(text: str, ranks: set[int]) -> list[_Part]:
    """The text with links in the place of the numbers of hits."""
    parts, last = [], 0
    for match in _MARKER.finditer(text):
        parts += [_Part(text[last : match.start()]), *_marker(match[0], ranks)]
        last = match.end()
    return [*parts, _Part(text[last:])]


def _marker(marker: str, ranks: set[int]) -> list[_Part]:
    """Each number of a list in brackets of its own; anything else, such as "[1-3]", as it stands."""
    if _LIST.fullmatch(marker):
        return [_number(number, f"[{number}]", ranks) for number in _DIGITS.findall(marker)]
    return [_number(part, part, ranks) if part.isdigit() else _Part(part) for part in re.split(r"(\d+)", marker)]


def _number(number: str, label: str, ranks: set[int]) -> _Part:
    return _Part(label, int(number) if int(number) in ranks else None)


def _verdict(answer: Answer) -> str:
    if not answer.sentences:
        return ""
    wrong = sum(not sentence.supported for sentence in answer.sentences)
    if not wrong:
        return "Every sentence is supported by the hit that it cites"
    counted = f"{wrong} of {len(answer.sentences)} sentences" if len(answer.sentences) > 1 else "The sentence"
    uncited = sum(not sentence.hits for sentence in answer.sentences)
    without = f" ({uncited} without a citation)" if uncited else ""
    return f"{counted} {'is' if wrong == 1 else 'are'} {UNSUPPORTED}{without}"


def _notes(answer: Answer) -> list[str]:
    cut = ["The answer was cut off at the maximum number of answer tokens."] if answer.cut else []
    return [*answer.notes, *cut]
