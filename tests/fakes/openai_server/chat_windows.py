"""Chat models with a small context window: some refuse a longer prompt, some cut it without a word."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes.openai_server.chat_answers import ANSWER, well
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import behaviour, chat

WINDOW_TOKENS = 1024
# Behaviour: the server, and its message for a prompt of {prompt} and an answer of {answer} tokens.
_MESSAGES = {
    "window-llama-cpp": ("llama.cpp", "request ({prompt} tokens) exceeds the available context size ({window} tokens)"),
    "window-openai": (
        "OpenAI",
        "This model's maximum context length is {window} tokens. However, your messages resulted in {prompt} tokens.",
    ),
    "window-vllm": (
        "vLLM",
        "This model's maximum context length is {window} tokens. However, you requested {total} tokens ({prompt} in "
        "the messages, {answer} in the completion). Please reduce the length of the messages or completion.",
    ),
    "window-anthropic": ("Anthropic", "prompt is too long: {prompt} tokens > {window} maximum"),
    "window-mistral": (
        "Mistral",
        "Prompt contains {prompt} tokens and 0 draft tokens, too large for model with {window} maximum context length",
    ),
    "window-lm-studio": (
        "LM Studio",
        "Trying to keep the first {prompt} tokens when context the overflows. However, the model is loaded with "
        "context length of only {window} tokens, which is not enough.",
    ),
}


def _register(name: str, server: str, message: str) -> None:
    @chat(name, f"400 for more than {WINDOW_TOKENS:,} tokens of prompt and answer, in the words of {server}.")
    def _(to: Exchange) -> None:
        answer = to.noted.body.get("max_tokens", 0)
        if to.prompt_tokens + answer <= WINDOW_TOKENS:
            well(to)
        else:
            numbers = {"prompt": to.prompt_tokens, "answer": answer, "total": to.prompt_tokens + answer}
            to.refuse(400, message.format(window=WINDOW_TOKENS, **numbers))


for _name, (_server, _message) in _MESSAGES.items():
    _register(_name, _server, _message)


@chat(
    "cuts-prompt", "Reads the first 2,048 tokens of a prompt, `cuts-prompt:512` 512, and says nothing, as Ollama does."
)
def _cuts_prompt(to: Exchange, window: float = 2048) -> None:
    to.begin()
    to.words(ANSWER)
    to.conclude(prompt_tokens=min(to.prompt_tokens, int(window)))


@chat("cached-prefix", "Counts only the prompt's tokens that were not in its cache, and says how many were.")
def _cached_prefix(to: Exchange) -> None:
    to.begin()
    to.words(ANSWER)
    to.conclude(prompt_tokens=to.prompt_tokens // 4, cached_tokens=to.prompt_tokens - to.prompt_tokens // 4)


def _props(to: Exchange) -> None:
    to.reply({"default_generation_settings": {"n_ctx": WINDOW_TOKENS}, "total_slots": 1})


def _listed(to: Exchange) -> None:
    to.reply({"object": "list", "data": [{"id": "m", "object": "model", "max_model_len": WINDOW_TOKENS}]})


def _show(parameters: str, trained: int) -> Callable[[Exchange], None]:
    shown = {"parameters": parameters, "model_info": {"general.architecture": "qwen2", "qwen2.context_length": trained}}
    return lambda to: to.reply(shown)


behaviour("tells-props", f"Tells a window of {WINDOW_TOKENS:,} tokens in /props, as llama.cpp does.", props=_props)
behaviour(
    "tells-max-model-len", "Tells the window of the model `m` in its list of models, as vLLM does.", models=_listed
)
behaviour(
    "tells-num-ctx",
    "Tells the window of a model in /api/show, as Ollama does.",
    show=_show("num_ctx   1024\nstop x", 32768),
)
behaviour("tells-trained", "Tells in /api/show only which window a model was trained for.", show=_show("", 32768))
