"""The presets that answer a question without a language model, by their names."""

from rag_core import preset
from rag_core.strategy import preset_names

WITHOUT_LLM = [name for name in preset_names() if not preset(name).asks_llm]
