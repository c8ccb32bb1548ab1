"""Chat models that answer."""

from __future__ import annotations

import re

from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import chat

ANSWER = "Otters eat sea urchins and crabs [1]. They hold hands [2]."
MARKUP = "![otters](http://127.0.0.1:9/leak.png?q=secret) <img src='http://127.0.0.1:9/x'> <b>bold</b> [1]."


@chat("well", "An answer as it should be, with two citations.")
def well(to: Exchange, text: str = ANSWER, reason: str | None = "stop") -> None:
    to.begin()
    to.words(text)
    to.conclude(reason)


@chat("slow", "Answers well after two seconds, `slow:5` after five.")
def _slow(to: Exchange, latency_s: float = 2.0) -> None:
    to.wait(latency_s)
    well(to)


@chat("letters", "Sends its answer letter by letter.")
def _letters(to: Exchange) -> None:
    to.begin()
    for letter in ANSWER:
        to.event({"content": letter})
    to.conclude()


@chat("at-once", "Sends 100,000 words in one piece.")
def _at_once(to: Exchange) -> None:
    to.begin()
    to.event({"content": " otter" * 100_000})
    to.conclude()


@chat("endless", "Sends 100,000 words, `endless:500` 500, whatever maximum was asked for.")
def _endless(to: Exchange, words: float = 100_000) -> None:
    to.begin()
    for _ in range(int(words)):
        to.event({"content": " otter"})
    to.conclude()


@chat("no-usage", "Answers well and counts no tokens.")
def _no_usage(to: Exchange) -> None:
    to.begin()
    to.words(ANSWER)
    to.conclude(usage=False)


@chat("markup", "Answers with a Markdown image, an HTML image and bold text.")
def _markup(to: Exchange) -> None:
    well(to, MARKUP)


@chat("echo-key-amid", "Answers with the key that it was sent.")
def _echo_key_amid(to: Exchange) -> None:
    well(to, f"Your key is {to.noted.key}")


@chat("by-prompt", "Behaves as the prompt says: <<hang>>, so that each column can meet another behaviour.")
def _by_prompt(to: Exchange) -> None:
    named = re.search(r"<<([\w:.-]+)>>", str(to.noted.body["messages"]))
    to.answer_as(named[1] if named else "well")


PASSAGE = "The lighthouse on Skerry Rock was lit for the first time in 1871, with a lamp that burned rapeseed oil."
QUERIES = "Here are the queries:\n1. first lighting of the lighthouse\n2. lighthouse lamp rapeseed oil\n3. keepers"


@chat("by-stage", "Writes a passage for HyDE after a second, fails for search queries, rates documents, else well.")
def _by_stage(to: Exchange) -> None:
    prompt = to.prompt
    if "Please write a passage" in prompt:
        to.wait(1.0)
        well(to, PASSAGE)
    elif "generates multiple search queries" in prompt:
        to.answer_as("500")
    elif "Relevance: 7" in prompt:
        well(to, "Doc: 1, Relevance: 9\nDoc: 2, Relevance: 2")
    else:
        well(to)
