"""Prompt templates: the same as LlamaIndex's except for citations, and filled without interpreting the values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.prompts import default_prompts

from rag_core.answers.prompts import NOT_FOUND, REFINE, TEXT_QA, TREE_SUMMARIZE, checked_template, fill

BRACES = st.lists(
    st.sampled_from(
        ["{", "}", "{{", "{context_str}", "{query_str}", "{0}", "{x.y}", "{context_str!r}", "%s", "\\1", "a"]
    )
).map("".join)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (TEXT_QA, default_prompts.DEFAULT_TEXT_QA_PROMPT_TMPL),
        (TREE_SUMMARIZE, default_prompts.DEFAULT_TREE_SUMMARIZE_TMPL),
        (REFINE, default_prompts.DEFAULT_REFINE_PROMPT_TMPL),
    ],
)
def test_prompts_contain_llama_indexs(ours, theirs):
    """Only instructions for citations and for the length are added."""
    for word in theirs.split():
        assert word.strip(".,") in ours
    assert "square brackets" in ours


def test_prompts_name_the_answer_for_not_found():
    assert NOT_FOUND in TEXT_QA
    assert NOT_FOUND in TREE_SUMMARIZE


@given(BRACES, BRACES, BRACES)
def test_other_braces_are_unchanged(template, context, question):
    filled = fill(template, context_str=context, query_str=question)
    context_at = [part.split("{query_str}") for part in template.split("{context_str}")]
    assert filled == context.join(question.join(parts) for parts in context_at)


def test_only_the_given_names_are_replaced():
    template = "{{context_str}} {other} {query_str} {context_str!r} {"
    assert fill(template, context_str="{query_str}", query_str="\\1") == "{{query_str}} {other} \\1 {context_str!r} {"


def test_a_template_without_a_placeholder_is_refused():
    assert checked_template("{a}{context_str}", "context_str") == "{a}{context_str}"
    with pytest.raises(ValueError, match=r"The template must contain \{context_str\}, which is replaced by"):
        checked_template("{{context str}}", "context_str")
