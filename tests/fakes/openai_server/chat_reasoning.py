"""Chat models that reason before they answer, each in the form of another model or server."""

from __future__ import annotations

from tests.fakes.openai_server.chat_answers import ANSWER, well
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import chat

THOUGHT = "What do otters eat? The user wants food [1]. Let me think."
# By model or server: how it writes THOUGHT before ANSWER, as one text.
TEXTS = {
    "thinks": ("Reasons between <think> tags, as Qwen 3 and DeepSeek R1 do.", "<think> {} </think>\n\n"),
    "thinks-unopened": ("Reasons up to </think> without an opening tag, as QwQ's template does.", "{}\n</think>\n\n"),
    "thinks-attributes": ("Reasons in a tag with attributes.", '<think type="deep" lang=en>{}</think>\n\n'),
    "thinks-upper": ("Reasons between tags in capitals.", "<THINK>\n{}\n</THINK>\n\n"),
    "thinking": ("Reasons between <thinking> tags.", "<thinking>\n{}\n</thinking>\n\n"),
    "reasoning-tag": ("Reasons between <reasoning> tags.", "<reasoning>{}</reasoning>\n"),
    "thinks-brackets": ("Reasons between [THINK] and [/THINK], as Magistral does.", "[THINK]{}[/THINK]"),
    "thinks-diamonds": ("Reasons between ◁think▷ and ◁/think▷, as Kimi does.", "◁think▷{}◁/think▷"),
    "thinks-twice": ("Reasons in two blocks, with white space between.", "<think>{}</think>\n<think>{}</think>\n\n"),
    "harmony": (
        "Writes harmony channels, as gpt-oss does behind a server that does not read them.",
        "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
}


def _register(name: str, description: str, before: str) -> None:
    @chat(name, description)
    def _(to: Exchange) -> None:
        well(to, before.replace("{}", THOUGHT) + ANSWER)


for _name, (_description, _before) in TEXTS.items():
    _register(_name, _description, _before)


@chat("thinks-letters", "Reasons between <think> tags, letter by letter.")
def _thinks_letters(to: Exchange) -> None:
    to.begin()
    for letter in f"<think>{THOUGHT}</think>\n\n{ANSWER}":
        to.event({"content": letter})
    to.conclude()


@chat("only-thinks", "Its reasoning has no end: <think> is never closed, and the maximum length is reached.")
def _only_thinks(to: Exchange) -> None:
    well(to, f"<think>{THOUGHT}", "length")


@chat("reasons", "Reasons in the field reasoning_content, as DeepSeek, vLLM and llama.cpp do.")
def _reasons(to: Exchange) -> None:
    _in_field(to, "reasoning_content")


@chat("reasons-field", "Reasons in the field `reasoning`, as Ollama and OpenRouter do.")
def _reasons_field(to: Exchange) -> None:
    _in_field(to, "reasoning")


@chat("reasons-details", "Reasons in the list reasoning_details, as OpenRouter does.")
def _reasons_details(to: Exchange) -> None:
    to.begin()
    to.event({"reasoning_details": [{"type": "reasoning.text", "text": THOUGHT}]})
    to.words(ANSWER)
    to.conclude()


@chat("typed-parts", "`content` is a list of typed parts, one of them its reasoning, as Mistral's API does.")
def _typed_parts(to: Exchange) -> None:
    to.begin()
    to.event({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]})
    for word in ANSWER.split(" "):
        to.event({"content": [{"type": "text", "text": f"{word} "}]})
    to.conclude()


@chat("only-reasons", "Reasons in reasoning_content up to the maximum length.")
def _only_reasons(to: Exchange) -> None:
    to.begin()
    to.words(THOUGHT, "reasoning_content")
    to.conclude("length")


@chat("thinks-endlessly", "Reasons in reasoning_content without end.")
def _thinks_endlessly(to: Exchange) -> None:
    to.begin()
    for _ in range(100_000):
        to.event({"reasoning_content": " hm"})


@chat("thinks-slowly", "Reasons between <think> tags for two seconds, word by word.")
def _thinks_slowly(to: Exchange) -> None:
    _slowly(to, f"<think>{THOUGHT}</think>\n\n{ANSWER}")


@chat("thinks-unopened-slowly", "Reasons up to </think> for two seconds, word by word, without an opening tag.")
def _thinks_unopened_slowly(to: Exchange) -> None:
    _slowly(to, f"{THOUGHT}\n</think>\n\n{ANSWER}")


@chat("harmony-slowly", "Writes harmony channels for two seconds, word by word.")
def _harmony_slowly(to: Exchange) -> None:
    _slowly(to, TEXTS["harmony"][1].replace("{}", THOUGHT) + ANSWER)


def _slowly(to: Exchange, text: str) -> None:
    to.begin()
    for word in text.split(" "):
        to.event({"content": f"{word} "})
        to.wait(0.1)
    to.conclude()


def _in_field(to: Exchange, name: str) -> None:
    to.begin()
    to.words(THOUGHT, name)
    to.words(ANSWER)
    to.conclude()
