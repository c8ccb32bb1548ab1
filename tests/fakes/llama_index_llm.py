"""A chat model for LlamaIndex that answers as a script says, as `Scripted` does for the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata
from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback


class ScriptedLLM(CustomLLM):
    """A chat model; `script` gives the reply to each prompt, and `prompts` are those that came."""

    script: Callable[[str], str]
    prompts: list[str] = Field(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(is_chat_model=True)

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponse:
        [message] = messages
        return ChatResponse(message=ChatMessage(role="assistant", content=self._reply(message.content or "")))

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **options: Any) -> CompletionResponse:
        return CompletionResponse(text=self._reply(prompt))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **options: Any) -> Any:
        raise NotImplementedError

    def _reply(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return self.script(prompt)
