"""A column of a comparison as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from rag_core.cli.amounts import cost_text, count_text
from rag_core.pipeline.results import Column, Counts
from rag_core.stages.results import Answer, Hit
from rag_core.stages.stage_scores import score_text, stage_texts
from rag_core.text.numbers import counted, milliseconds, percent

_WIDTH = 110
_MAX_HIT_CHARACTERS = 400


def column_text(column: Column, document_labels: Mapping[str, str]) -> str:
    """Name, counts, answer and hits of a column; `document_labels` maps document ids to labels."""
    lines = [f"{column.strategy.name}: {column.strategy.short()}", f"  {_counts_line(column.counts)}"]
    lines += [f"  {line}" for line in _asked_lines(column)]
    if column.error:
        lines += ["", f"  No hits: {column.error}"]
    if column.answer:
        lines += ["", textwrap.fill(column.answer.text, _WIDTH, initial_indent="  ", subsequent_indent="  ")]
        lines += [f"  {line}" for line in _answer_lines(column.answer)]
    if column.answer_error:
        lines += ["", f"  No answer: {column.answer_error}"]
    for hit in column.hits:
        lines += ["", *_hit_lines(hit, column.strategy.score_name, document_labels[hit.document])]
    return "\n".join(lines)


def _asked_lines(column: Column) -> list[str]:
    """What a language model was asked for the hits, with times and costs, and what was searched for."""
    calls = [
        f"Asked {call.model} for {call.purpose}: {count_text(call.prompt_tokens)} prompt tokens, "
        f"{count_text(call.completion_tokens)} completion tokens, cost {cost_text(call.cost_usd)}, "
        f"{milliseconds(call.elapsed_ms)}{', from the cache' if call.from_cache else ''}"
        for call in column.model_calls
    ]
    searched = [
        f"Searched for ({query.role}, {query.use}, weight {query.weight:g}): "
        f"{textwrap.shorten(query.text, _MAX_HIT_CHARACTERS, placeholder=' ...')}"
        for query in column.queries
    ]
    return [*calls, *searched]


def _counts_line(counts: Counts) -> str:
    facts = [
        counted(counts.chunks, "chunk"),
        counted(counts.entries, "entry", "entries"),
        counted(counts.hits, "hit"),
        counted(counts.distinct_parents, "parent"),
        counted(counts.context_tokens, "context token"),
        f"{percent(counts.share_beyond_limit)} truncated",
    ]
    return ", ".join(facts)


def _hit_lines(hit: Hit, score_name: str, document_label: str) -> list[str]:
    pages = ", ".join(map(str, hit.pages))
    via = hit.via[0].kind + (f" and {len(hit.via) - 1:,} more" if len(hit.via) > 1 else "")
    text = textwrap.shorten(hit.text, _MAX_HIT_CHARACTERS, placeholder=" ...")
    stages = ", ".join(text for text, _ in stage_texts(hit.scores)) if len(hit.scores) > 1 else ""
    return [
        f"  {hit.rank}  {score_text(hit.score, score_name)}  {document_label} p. {pages}  via {via}",
        *([f"     {stages}"] if stages else []),
        textwrap.indent(textwrap.fill(text, _WIDTH - 6), "     "),
    ]


def _answer_lines(answer: Answer) -> list[str]:
    """What a language model's answer left out, what supports it, and its cost; nothing for an extractive answer."""
    if answer.usage is None:
        return []
    unsupported = sum(not sentence.supported for sentence in answer.sentences)
    verb = "is" if unsupported == 1 else "are"
    prompt, completion = count_text(answer.usage.prompt_tokens), count_text(answer.usage.completion_tokens)
    return [
        *answer.notes,
        f"{answer.model}: {prompt} prompt tokens, {completion} completion tokens, cost "
        f"{cost_text(answer.usage.cost_usd)}; {unsupported} of {counted(len(answer.sentences), 'sentence')} {verb} not "
        "supported by the retrieved text",
    ]
