"""A server of OpenAI's protocol on loopback that behaves in the way that the model's name says, and records requests.

    python -m tests.fakes.openai_server PORT      serves it
    python -m tests.fakes.openai_server --list    prints the names

The model's name chooses the behaviour: `slow:5` answers after five seconds. So does the address: every request under
`http://127.0.0.1:PORT/slow/v1` is answered by `slow`, whatever the model, also its list of models and its /props.
"""

from tests.fakes.openai_server.registry import BEHAVIOURS, Behaviour

from tests.fakes.openai_server import (  # isort: skip
    chat_answers,
    chat_failures,
    chat_options,
    chat_reasoning,
    chat_recorded,
    chat_streams,
    chat_vision,
    chat_windows,
    embeddings,
    listings,
)
from tests.fakes.openai_server.chat_answers import ANSWER, MARKUP
from tests.fakes.openai_server.exchange import ANSWER_TOKENS, PROMPT_TOKENS
from tests.fakes.openai_server.server import OpenAIServer, hostile

__all__ = ["ANSWER", "ANSWER_TOKENS", "BEHAVIOURS", "MARKUP", "PROMPT_TOKENS", "Behaviour", "OpenAIServer", "hostile"]
_families = (
    chat_answers,
    chat_failures,
    chat_options,
    chat_reasoning,
    chat_recorded,
    chat_streams,
    chat_vision,
    chat_windows,
    embeddings,
    listings,
)
