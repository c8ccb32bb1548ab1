"""A chat model without a server: what it writes follows from the prompt, and it can be told to fail."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

from rag_core.llms.base import ChatModel, Delta, LlmError, Usage


class FakeModel(ChatModel):
    """Writes words of the chunk in the prompt, so that its summaries are about their chunks."""

    name, model, base_url = "fake at localhost", "fake", "http://localhost:1/v1"
    context_tokens, answer_tokens = 4096, 512

    def __init__(
        self, identity: str = "fake", latency_s: float = 0.0, log: Path | None = None, max_answers: int | None = None
    ) -> None:
        """`log` is a file that gets a line for every answered call; after `max_answers` no call is answered."""
        self.identity = identity
        self._latency_s = latency_s
        self._log = log
        self._max_answers = max_answers
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.at_once = self.max_concurrent = 0
        self.errors: dict[str, list[LlmError]] = {}  # by a word of the prompt, used up one by one
        self.answers: dict[str, str] = {}  # by a word of the prompt

    async def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        text, usage = await self.complete(prompt, max_tokens)
        yield Delta(text, usage)

    async def complete(self, prompt: str, max_tokens: int | None = None) -> tuple[str, Usage]:
        self.asked.append(prompt)
        self.at_once += 1
        self.max_concurrent = max(self.max_concurrent, self.at_once)
        try:
            await asyncio.sleep(self._latency_s)
            while len(self.answered) == self._max_answers:
                await asyncio.sleep(1)
        finally:
            self.at_once -= 1
        for word, errors in self.errors.items():
            if word in prompt and errors:
                raise errors.pop(0)
        self._note(prompt)
        text = next((answer for word, answer in self.answers.items() if word in prompt), written(prompt))
        return text, Usage(1, self.count_tokens(prompt), self.count_tokens(text))

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _note(self, prompt: str) -> None:
        self.answered.append(prompt)
        if self._log:
            with self._log.open("a") as log:
                log.write(f"{hashlib.sha256(prompt.encode()).hexdigest()}\n")


def written(prompt: str) -> str:
    """An answer as chat models write it: questions with a preamble and numbers."""
    _, _, content = prompt.partition(":\n")
    body = re.split(r"\n\n(?:Given the contextual|Summarize the key)", content)[0]
    words = list(dict.fromkeys(re.findall(r"\w{4,}", body)))
    if "questions this context" not in prompt:
        return f"The section is about {', '.join(words[:20])}.\n"
    number = int(re.search(r"generate (\d+) questions", prompt)[1])  # type: ignore[index]
    lines = [f"{i + 1}. What is said of {word}?" for i, word in enumerate((words * number)[:number])]
    return "\n".join([f"Here are {number} questions:", "", *lines])
