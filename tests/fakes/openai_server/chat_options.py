"""Chat models that refuse an option."""

from __future__ import annotations

from tests.fakes.openai_server.chat_answers import well
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import chat

# Behaviour: what it does, the option, and its server's message.
_REFUSALS = {
    "no-stream-options": (
        "400 for stream_options.",
        "stream_options",
        "Unrecognized request argument supplied: stream_options",
    ),
    "only-temperature-1": (
        "400 for a temperature, as Kimi has it.",
        "temperature",
        "invalid temperature: only 1 is allowed",
    ),
    "deprecated-temperature": (
        "400 for a temperature, as newer models of Claude have it.",
        "temperature",
        "`temperature` is deprecated for this model.",
    ),
    "no-stream": ("400 for streaming; it answers in one piece.", "stream", "Unsupported value: 'stream' must be false"),
    "no-temperature": (
        "400 for a temperature other than 1.",
        "temperature",
        "Unsupported value: 'temperature' does not support 0.1 here.",
    ),
    "no-max-tokens": (
        "400 for max_tokens; max_completion_tokens is accepted.",
        "max_tokens",
        "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
    ),
}


def _register(name: str, description: str, option: str, message: str) -> None:
    @chat(name, description)
    def _(to: Exchange) -> None:
        if option in to.noted.body:
            to.refuse(400, message, code="unsupported_parameter", param=option)
        else:
            well(to)


@chat("refuses-all", "422 in FastAPI's form for stream_options, then temperature, then max_tokens.")
def _refuses_all(to: Exchange) -> None:
    for option in ("stream_options", "temperature", "max_tokens"):
        if option in to.noted.body:
            detail = {"type": "extra_forbidden", "loc": ["body", option], "msg": "Extra inputs are not permitted"}
            to.reply({"detail": [{**detail, "input": to.noted.body}]}, 422)
            return
    well(to)


@chat("streams-refusal", "Refuses a temperature in the stream, under status 200.")
def _streams_refusal(to: Exchange) -> None:
    if "temperature" in to.noted.body:
        to.begin()
        to.send('data: {"error": {"message": "Temperature is fixed for this model", "code": 400}}\n\n')
        to.finish_chunks()
    else:
        well(to)


for _name, (_description, _option, _message) in _REFUSALS.items():
    _register(_name, _description, _option, _message)
