"""The fields that a sweep can vary, with their bounds."""

import json

import pytest

from rag_core import UserError, preset
from rag_core.strategy import SweepableField, preset_names, sweepable_fields

EVERY_FIELD = [(name, field) for name in preset_names() for field in sweepable_fields(preset(name))]
each_field = pytest.mark.parametrize(("name", "field"), EVERY_FIELD, ids=lambda value: getattr(value, "name", value))


def test_numbers_have_bounds_and_choices_have_values() -> None:
    fields = {field.name: field for field in sweepable_fields(preset("metadata_references"))}
    assert fields["chunker.chunk_tokens"] == SweepableField("chunker.chunk_tokens", minimum=16, maximum=4096)
    assert fields["budget.hits"] == SweepableField("budget.hits", minimum=1, maximum=50, optional=True)
    assert fields["search.pooling"].choices[:2] == ("late", "per_chunk")
    assert fields["reference.kind"].choices[:3] == ("itself", "children", "metadata")


def test_texts_and_lists_are_left_out() -> None:
    names = {field.name for field in sweepable_fields(preset("chunk_references"))}
    assert not names & {"answer.prompt", "reference.child_tokens"}


@each_field
def test_a_field_is_one_of_a_spec(name: str, field: SweepableField) -> None:
    slot, _, attribute = field.name.partition(".")
    value = getattr(preset(name).part(slot), attribute)
    assert preset(f"{name}:{field.name}={json.dumps(value)}") == preset(name)
    assert not field.choices or value in field.choices


@each_field
def test_values_beyond_the_bounds_are_refused(name: str, field: SweepableField) -> None:
    beyond = ["otters"] if field.choices else [field.minimum - 1, field.maximum + 1]
    for value in beyond:
        with pytest.raises(UserError, match=field.name):
            preset(f"{name}:{field.name}={value}")
