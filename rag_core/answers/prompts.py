"""The prompts of answers: LlamaIndex's, with numbered excerpts to cite, and how they are filled."""

from __future__ import annotations

import re

NOT_FOUND = "Not found in the retrieved text."

# Worded so that a model of 1.5 billion parameters cites, and says "not found" only if the excerpts have no answer.
_CITE = """\
End every sentence of your answer with the number of the excerpt that it rests on, in square brackets, like this: [1].
"""
_ELSE = f"Only if the excerpts say nothing about it, answer: {NOT_FOUND}\n"

TEXT_QA = f"""\
Context information is below, in numbered excerpts.
---------------------
{{context_str}}
---------------------
Given the context information and not prior knowledge, answer the query in a few sentences.
{_CITE}{_ELSE}Query: {{query_str}}
Answer: """

TREE_SUMMARIZE = f"""\
Context information from multiple sources is below.
---------------------
{{context_str}}
---------------------
Given the information from multiple sources and not prior knowledge, answer the query in a few sentences.
{_CITE}Numbers in square brackets that the context itself cites are kept.
{_ELSE}Query: {{query_str}}
Answer: """

REFINE = """\
The original query is as follows: {query_str}
We have provided an existing answer: {existing_answer}
We have the opportunity to refine the existing answer (only if needed) with some more context below.
------------
{context_msg}
------------
Given the new context, refine the original answer to better answer the query. If the context isn't useful, return the \
original answer.
Keep the numbers in square brackets that the original answer cites. The new context begins with its own number: after \
each sentence that rests on it, cite it in the same way.
Refined Answer: """

_MEANINGS = {
    "context_str": "the retrieved text",
    "query_str": "the question",
    "existing_answer": "the answer so far",
    "context_msg": "the next hit",
}


def fill(template: str, **values: str) -> str:
    """The template with values for their names in braces; other braces stay, those in values too."""
    names = "|".join(map(re.escape, values))
    return re.sub(rf"\{{({names})\}}", lambda match: values[match[1]], template)


def checked_template(template: str, *names: str) -> str:
    """The template itself; raises ValueError where one of the names in braces is missing."""
    for name in names:
        if f"{{{name}}}" not in template:
            raise ValueError(f"The template must contain {{{name}}}, which is replaced by {_MEANINGS[name]}")
    return template
