"""The search queries in replies as models write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.parts.query.multi_query import PROMPT
from rag_core.parts.query.query_lines import query_lines

QUERIES = ["When was the lighthouse lit?", "lighthouse Skerry Rock opening year", "first lighting of the lighthouse"]
REPLIES = {
    "plain": "{}\n{}\n{}",
    "blank lines": "\n\n{}\n\n{}\n \n{}\n",
    "Windows": "{}\r\n{}\r\n{}\r\n",
    "numbers": "1. {}\n2. {}\n3. {}",
    "parentheses": "1) {}\n2) {}\n(3) {}",
    "named": "Query 1: {}\nQuery 2: {}\n**Query 3:** {}",
    "bullets": "- {}\n* {}\n• {}",
    "preamble": "Here are three search queries:\n{}\n{}\n{}",
    "preamble and end": "Sure! Here are they.\n\n1. {}\n2. {}\n3. {}\n\nLet me know if you need more.",
    "bullets between words": "Of course:\n- {}\n- {}\n- {}\nI hope these help!",
    "fence": "```\n{}\n{}\n{}\n```",
    "fence with language": "Here:\n```text\n1. {}\n2. {}\n3. {}\n```\nDone.",
    "quotes": '"{}"\n"{}"\n“{}”',
    "bold": "1. **{}**\n2. **{}**\n3. **{}**",
    "JSON": '```json\n["{}",\n "{}",\n "{}"]\n```',
    "JSON on a line": '["{}", "{}", "{}"]',
    "duplicates": "{}\n{}\nWHEN WAS THE  LIGHTHOUSE LIT?\n{}",
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_every_form_of_a_list(reply: str) -> None:
    assert query_lines(reply.format(*QUERIES), 3) == QUERIES


def test_more_than_asked_for_are_cut_and_fewer_are_what_there_is() -> None:
    assert query_lines("\n".join(QUERIES), 2) == QUERIES[:2]
    assert query_lines(QUERIES[0], 3) == QUERIES[:1]


@pytest.mark.parametrize("reply", ["", "```\n```", "***", "---\n...", "[]", "Here are the queries:"])
def test_no_queries(reply: str) -> None:
    assert query_lines(reply, 3) == []


@pytest.mark.parametrize("query", ["7.5% growth in 2019", "2023 revenue", "e.g. bees", "10:30 train", "C++ and C#"])
def test_a_query_keeps_its_own_numbers(query: str) -> None:
    assert query_lines(f"{query}\nlighthouse", 2) == [query, "lighthouse"]


@given(st.text(), st.integers(1, 10))
def test_any_reply(reply: str, limit: int) -> None:
    found = query_lines(reply, limit)
    assert len(found) <= limit
    assert len({query.casefold() for query in found}) == len(found)
    assert all(query == query.strip() and any(map(str.isalnum, query)) for query in found)


@pytest.mark.parametrize("form", ["plain", "blank lines", "fence"])
def test_llama_index_reads_the_same(form: str) -> None:
    assert _by_llama_index(REPLIES[form].format(*QUERIES)) == QUERIES


@pytest.mark.parametrize("form", ["numbers", "preamble", "duplicates"])
def test_known_difference_llama_index_searches_for_numbers_and_preambles(form: str) -> None:
    assert _by_llama_index(REPLIES[form].format(*QUERIES)) != QUERIES


def _by_llama_index(reply: str) -> list[str]:
    from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever

    from tests.fakes.llama_index_llm import ScriptedLLM

    class Nothing(BaseRetriever):
        def _retrieve(self, query_bundle: Any) -> list[Any]:
            return []

    llm = ScriptedLLM(script=lambda _: reply)
    made = QueryFusionRetriever([Nothing()], llm=llm, num_queries=4)
    found = [bundle.query_str for bundle in made._get_queries("When?")]
    assert llm.prompts == [PROMPT.replace("{num_queries}", "3").replace("{query}", "When?")]
    return found
