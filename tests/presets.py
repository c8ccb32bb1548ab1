"""The presets that need no language model, by their names."""

from rag_core import preset
from rag_core.strategy import preset_names


def _needs_llm(name: str) -> bool:
    strategy = preset(name)
    return strategy.asks_llm or bool(strategy.reference.written_texts)


WITHOUT_LLM = [name for name in preset_names() if not _needs_llm(name)]
