"""Presets as data: their order and groups, what each is for, when it fails, and where it comes from."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from itertools import groupby
from urllib.parse import urlsplit

import pytest

from rag_core.errors import UserError
from rag_core.strategy import DEFAULT_PRESETS, PRESETS, Preset, default_specs, preset_names
from rag_core.strategy.specs import preset

# The names that links, scripts and documentation rely on, in the order in which they are listed.
NAMES = (
    "baseline", "chunk_references", "metadata_references", "sentence_window", "auto_merging", "hybrid", "hybrid_mmr",
    "section_context", "contextual_retrieval", "hyde", "semantic", "query_spans", "whole_document",
)  # fmt: skip
EVERY_PRESET = pytest.mark.parametrize("entry", [pytest.param(PRESETS.get(name), id=name) for name in PRESETS])


def test_the_presets_have_their_names_and_their_order():
    assert preset_names() == [name for name in NAMES if name in PRESETS]


def test_presets_of_one_group_stand_together():
    groups = [group for group, _ in groupby(PRESETS.get(name).group for name in PRESETS)]
    assert len(groups) == len(set(groups))


@EVERY_PRESET
def test_a_preset_says_in_one_sentence_each_what_it_is_for_and_when_it_fails(entry: Preset):
    for sentence in (entry.purpose, entry.fails):
        assert re.fullmatch(r"[A-Z][^\n]+\.", sentence), sentence
        assert not re.search(r"[.!?]\s", sentence), sentence
    assert entry.fails.startswith("It fails ")
    assert entry.purpose != entry.fails


@EVERY_PRESET
def test_a_preset_names_its_source(entry: Preset):
    assert entry.source.title.strip()
    address = urlsplit(entry.source.url)
    assert address.scheme == "https"
    assert "." in (address.hostname or "")


@EVERY_PRESET
def test_a_preset_is_the_strategy_of_its_values(entry: Preset):
    strategy = preset(entry.name)
    assert strategy.name == entry.name
    for slot, values in entry.values.items():
        part = strategy.part(slot)
        assert {name: getattr(part, name) for name in values} == dict(values)


@EVERY_PRESET
def test_a_preset_is_frozen(entry: Preset):
    with pytest.raises(FrozenInstanceError):
        entry.name = "another"  # type: ignore[misc]  # what must fail


def test_the_sentences_differ_from_preset_to_preset():
    sentences = [sentence for name in PRESETS for sentence in (PRESETS.get(name).purpose, PRESETS.get(name).fails)]
    assert len(set(sentences)) == len(sentences)


def test_the_default_presets_are_presets():
    assert [preset(spec).name for spec in default_specs()] == list(DEFAULT_PRESETS)


def test_an_unknown_name_is_answered_with_the_valid_ones():
    with pytest.raises(UserError, match=re.escape(", ".join(preset_names()))):
        preset("base_line")
