"""Chat models whose replies are recorded, so that another client gets the same ones for the same prompts."""

from __future__ import annotations

import re

from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import chat

_WORDS = 12  # of the prompt that a reply repeats


@chat("recording", "Replies with words of the prompt, and records the reply for `recorded`.")
def _recording(to: Exchange) -> None:
    words = sorted(set(re.findall(r"[a-z]{4,}", to.prompt.lower())), key=lambda word: (-len(word), word))
    _say(to, to.server.replies.setdefault(to.prompt, f"It is about {', '.join(words[:_WORDS])}."))


@chat("recorded", "Replies with what was recorded for the prompt, and refuses any other prompt.")
def _recorded(to: Exchange) -> None:
    if to.prompt in to.server.replies:
        _say(to, to.server.replies[to.prompt])
    else:
        to.refuse(400, "No reply was recorded for this prompt.")


def _say(to: Exchange, text: str) -> None:
    to.begin()
    to.words(text)
    to.conclude()
