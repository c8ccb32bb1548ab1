"""`import rag_core` is quick: what takes seconds is loaded when it is first needed."""

import subprocess
import sys

import pytest

HEAVY = {"streamlit", "torch", "llama_index", "transformers", "sentence_transformers", "sklearn", "nltk", "scipy"}


@pytest.mark.parametrize(
    "module",
    ["rag_core", "rag_core.cli.main", "rag_core.exports", "rag_core.strategy.specs", "rag_core.pipeline.compare"],
)
def test_nothing_heavy_is_loaded(module):
    script = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert not HEAVY & set(run.stdout.split())


def test_reading_a_spec_and_exporting_it_loads_nothing_heavy_either():
    script = (
        "import sys; from rag_core.strategy.specs import preset; from rag_core.exports import llama_index_program;"
        "llama_index_program(preset('metadata_references'));"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert not HEAVY & set(run.stdout.split())
