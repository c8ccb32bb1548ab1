"""An answer that a language model writes: while it comes, when it is there, and when it failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from rag_core.answers.citations import CITED_NUMBERS
from rag_core.answers.jobs import AnswerJob
from rag_core.answers.support import LEAST_SUPPORT, RULE
from rag_core.pipeline.results import Answer, AnswerSentence, AnswerUsage, Hit
from rag_core.text.numbers import UNKNOWN, milliseconds

_MARKER = re.compile(CITED_NUMBERS)
_DIGITS = re.compile(r"\d+")
_LIST = re.compile(r"[\[\]\d,\s]+")
_STREAMED = 6000  # characters
UNSUPPORTED = "not supported by what was retrieved"


def streaming_html(column: int, model: str, job: AnswerJob) -> str:
    """What has come so far; before the first word, what is waited for, and how long."""
    first_ms = job.first_token_ms
    stage = job.stage or "waiting for the first word" if first_ms is None else f"first word after {_seconds(first_ms)}"
    head = f"{escape(model)} · {escape(stage)} · {_seconds(job.elapsed_ms)}"
    return _card(column, head, f'<p class="cs-streaming">{escape(_end(job.text))}<span class="cs-caret"></span></p>')


def _end(text: str) -> str:
    """What is read while it comes: a long answer would be sent whole ten times a second."""
    return text if len(text) <= _STREAMED else "… " + text[-_STREAMED:]


def failed_html(column: int, model: str, error: str, text: str) -> str:
    """Why there is no answer, and what had come of it."""
    came = f'<p class="cs-partial">{escape(text)}</p>' if text else ""
    return _card(column, f"{escape(model)} · failed", f'{came}<p class="cs-problem" role="alert">{escape(error)}</p>')


def generated_html(column: int, answer: Answer, hits: Sequence[Hit], prices_date: str | None) -> str:
    """The answer with links to the hits that it cites; what they do not support is marked."""
    text = "".join(_pieces(column, answer, {hit.rank for hit in hits}))
    notes = "".join(f'<p class="cs-note">{escape(note)}</p>' for note in _notes(answer))
    body = f'<p class="cs-generated">{text}</p>{_support(answer)}{notes}'
    return _card(column, _head(answer), f'{body}<p class="cs-usage">{_usage(answer, prices_date)}</p>')


def _card(column: int, head: str, body: str) -> str:
    return f'<div class="cs-answer cs-c{column}"><div class="cs-label">Answer · {head}</div>{body}</div>'


def _head(answer: Answer) -> str:
    parts = [escape(answer.model), escape((answer.mode or "").replace("_", " "))]
    if answer.from_cache:
        about = "The same question, text, model and prompt were asked before: times and tokens are of then."
        parts.append(f'<abbr title="{about}">from the cache</abbr>')
    if answer.stopped:
        parts.append("stopped")
    return " · ".join(filter(None, parts))


def _pieces(column: int, answer: Answer, ranks: set[int]) -> list[str]:
    """The text in order: sentences with their marks, and what lies between them."""
    pieces, last = [], 0
    for sentence in answer.sentences:
        pieces.append(_linked(column, answer.text[last : sentence.start], ranks))
        pieces.append(_sentence(column, answer.text[sentence.start : sentence.end], sentence, ranks))
        last = sentence.end
    return [*pieces, _linked(column, answer.text[last:], ranks)]


def _sentence(column: int, text: str, sentence: AnswerSentence, ranks: set[int]) -> str:
    linked = _linked(column, text, ranks)
    if sentence.supported:
        return linked
    why = f"{UNSUPPORTED[0].upper()}{UNSUPPORTED[1:]}. {_reason(sentence)}"
    return f'<span class="cs-unsupported" title="{escape(why)}">{linked}</span>'


def _reason(sentence: AnswerSentence) -> str:
    if sentence.similarity is None:
        return "It cites no hit."
    if sentence.similarity >= LEAST_SUPPORT:
        return "A number in it does not stand in the hits that it cites."
    return f"Similarity to the hits that it cites {sentence.similarity:.2f}, needed {LEAST_SUPPORT:.2f}."


def _linked(column: int, text: str, ranks: set[int]) -> str:
    """Escaped, with links in the place of the numbers of hits."""
    pieces, last = [], 0
    for match in _MARKER.finditer(text):
        pieces.append(escape(text[last : match.start()]))
        pieces.append(_marker(column, match[0], ranks))
        last = match.end()
    return "".join([*pieces, escape(text[last:])])


def _marker(column: int, marker: str, ranks: set[int]) -> str:
    """Of a list, each number in brackets of its own; of what is none, such as "[1-3]", as it stands."""

    def linked(number: str, shown: str) -> str:
        return f'<a class="cs-cite" href="#hit-{column}-{int(number)}">{shown}</a>' if int(number) in ranks else shown

    if _LIST.fullmatch(marker):
        return "".join(linked(number, f"[{number}]") for number in _DIGITS.findall(marker))
    return _DIGITS.sub(lambda match: linked(match[0], match[0]), escape(marker))


def _support(answer: Answer) -> str:
    wrong = sum(not sentence.supported for sentence in answer.sentences)
    if not answer.sentences:
        return ""
    rule = f'<abbr title="{escape(RULE)}">how this is told</abbr>'
    if not wrong:
        return f'<p class="cs-note">Every sentence is supported by the hit that it cites · {rule}</p>'
    of = f"{wrong} of {len(answer.sentences)} sentences" if len(answer.sentences) > 1 else "The sentence"
    verb = "is" if wrong == 1 else "are"
    uncited = sum(not sentence.hits for sentence in answer.sentences)
    cites = f" ({uncited} without a citation)" if uncited else ""
    return f'<p class="cs-note cs-wrong">{of} {verb} {UNSUPPORTED}{cites} · {rule}</p>'


def _notes(answer: Answer) -> list[str]:
    cut = ["The answer reached the most tokens that it may have, and ends there."] if answer.cut else []
    return [*answer.notes, *cut]


def _usage(answer: Answer, prices_date: str | None) -> str:
    parts = []
    if answer.first_token_ms is not None:
        parts.append(_figure("first word", _seconds(answer.first_token_ms), "Time to the first token of the answer."))
    if answer.total_ms is not None:
        parts.append(_figure("all", _seconds(answer.total_ms), "Time to the end of the answer, all calls."))
    if answer.usage is not None:
        parts += _counted(answer.usage, prices_date)
    return " · ".join(parts)


def _counted(usage: AnswerUsage, prices_date: str | None) -> list[str]:
    calls = [f"{usage.calls} calls"] if usage.calls > 1 else []
    not_said = "The server does not say."
    tokens = [
        _figure(name, UNKNOWN if count is None else f"{count:,}", not_said if count is None else about)
        for name, count, about in (
            ("tokens in", usage.prompt_tokens, "Tokens of the prompt, as the server counted them."),
            ("tokens out", usage.completion_tokens, "Tokens of the answer, as the server counted them."),
        )
    ]
    return [*calls, *tokens, _cost(usage.cost_usd, prices_date)]


def _cost(cost_usd: float | None, prices_date: str | None) -> str:
    if cost_usd is None:
        about = "No price is known for this model on this server, or the server did not say how many tokens it took. "
        return _figure("cost", UNKNOWN, f"{about}Prices stand in prices.toml in the cache's folder: see README.")
    shown = f"${cost_usd:.4f}" if cost_usd < 0.01 else f"${cost_usd:.2f}"
    return _figure("cost", shown, f"By the prices of {prices_date}.")


def _figure(name: str, value: str, about: str) -> str:
    return f'<abbr title="{escape(about)}">{name}</abbr> {value}'


def _seconds(ms: float) -> str:
    """Number and unit stay on one line."""
    return (milliseconds(ms) if ms < 1000 else f"{ms / 1000:.1f} s").replace(" ", "\u00a0")
