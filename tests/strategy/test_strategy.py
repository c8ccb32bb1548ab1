"""The presets equal the notebook's retrievers, and every registered part describes itself for widgets and tables."""

import pytest
from pydantic import ValidationError

from rag_core.parts import SLOTS, kinds
from rag_core.strategy import preset_names
from rag_core.strategy.specs import preset

PARTS = [pytest.param(part, id=f"{slot}-{kind}") for slot in SLOTS for kind, part in kinds(slot).items()]


def test_baseline_is_the_notebooks():
    strategy = preset("baseline")
    assert (strategy.chunker.chunk_tokens, strategy.chunker.overlap_tokens) == (1024, 20)
    assert strategy.short() == "sentence 1024/20 · itself · dense, late · 2 hits"


def test_limits_below_which_nothing_is_kept_are_named():
    limited = preset("baseline:chunker.min_chunk_tokens=100,budget.min_score=0.25")
    assert limited.short() == "sentence 1024/20, min 100 · itself · dense, late · 2 hits, none below 0.25"


def test_the_answer_is_named_unless_it_is_the_default():
    assert preset("baseline:answer.kind=tree_summarize").short().endswith("2 hits · tree summarize")
    own = preset('baseline:answer.prompt="{context_str} {query_str}"')
    assert own.short().endswith("2 hits · compact, own prompt")
    assert own.retrieval() == preset("baseline").short()


def test_chunk_references_are_the_notebooks():
    strategy = preset("chunk_references")
    assert strategy.reference.child_tokens == (128, 256, 512)
    assert (strategy.search.entries, strategy.budget.sets_number) == (10, False)


def test_metadata_references_are_the_notebooks():
    strategy = preset("metadata_references")
    assert (strategy.reference.questions, strategy.search.entries, strategy.budget.sets_number) == (5, 2, False)


@pytest.mark.parametrize("name", preset_names())
def test_a_strategy_is_frozen(name):
    with pytest.raises(ValidationError, match="frozen"):
        preset(name).name = "other"
    with pytest.raises(ValidationError, match="frozen"):
        preset(name).chunker.chunk_tokens = 5


@pytest.mark.parametrize("part", PARTS)
def test_a_part_describes_itself(part):
    assert part.label
    assert part.summary
    assert part().short()
    for name, field in part.model_fields.items():
        if name != "kind":
            assert field.title, name
            assert field.description, name


@pytest.mark.parametrize("part", PARTS)
def test_numbers_have_bounds(part):
    for name, schema in part.model_json_schema()["properties"].items():
        for choice in schema.get("anyOf", [schema]):
            if choice.get("type") in {"integer", "number"}:
                assert {"minimum", "maximum"} <= set(choice), name
