"""The text forms of a strategy, SPEC and JSON, are equivalent, and errors list the valid values."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.errors import UserError
from rag_core.parts import SLOTS, kinds
from rag_core.strategy import Strategy, preset_names
from rag_core.strategy.specs import preset, spec_of, strategy_from_json

GOOD = json.loads(preset("baseline").model_dump_json())
PLACES = "{context_str} {query_str} {existing_answer} {context_msg}"


def in_bounds(schema):
    """Values that a field's JSON schema allows."""
    if "anyOf" in schema:
        return st.one_of([in_bounds(choice) for choice in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    if schema["type"] == "array":
        return st.lists(in_bounds(schema["items"]), min_size=schema["minItems"], max_size=schema["maxItems"])
    if schema["type"] == "null":
        return st.none()
    if "pattern" in schema:
        most = schema.get("maxLength", 200)
        return st.from_regex(schema["pattern"], fullmatch=True).filter(lambda text: len(text) <= most)
    if schema["type"] == "string":
        return st.text(max_size=40).map(lambda text: f"{text}{PLACES}") | st.text(max_size=40).map(PLACES.__add__)
    if schema["type"] == "boolean":
        return st.booleans()
    numbers = st.integers if schema["type"] == "integer" else st.floats
    return numbers(schema["minimum"], schema["maximum"])


def written(value):
    if isinstance(value, list):
        return "+".join(map(written, value))
    return value if isinstance(value, str) and value.isidentifier() else json.dumps(value)


@st.composite
def specs(draw):
    overrides = []
    for slot in SLOTS:
        if draw(st.booleans()):
            part = kinds(slot)[draw(st.sampled_from(list(kinds(slot))))]
            overrides.append(f"{slot}.kind={part.kind_name()}")
            fields = part.model_json_schema()["properties"]
            for name in draw(st.sets(st.sampled_from(sorted(fields)))) - {"kind"}:
                overrides.append(f"{slot}.{name}={written(draw(in_bounds(fields[name])))}")
    return draw(st.sampled_from(preset_names())) + ":" + ",".join(overrides)


@pytest.mark.parametrize("name", preset_names())
def test_a_presets_spec_is_its_name(name):
    assert spec_of(preset(name)) == name


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_survives_json(name):
    assert strategy_from_json(json.loads(preset(name).model_dump_json())) == preset(name)


def sizes_agree(spec):
    """Whether overlaps are smaller than chunks and minima below maxima, which the bounds of fields do not ensure."""
    try:
        preset(spec)
    except UserError as error:
        return "overlap" not in str(error) and "must not exceed" not in str(error)
    return True


@given(spec=specs().filter(sizes_agree))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_round_trips(spec):
    strategy = preset(spec)
    assert preset(spec_of(strategy)) == strategy
    assert strategy_from_json(json.loads(strategy.model_dump_json())) == strategy


def test_a_kind_replaces_the_part():
    strategy = preset("chunk_references:chunker.chunk_tokens=300,chunker.kind=token,reference.kind=itself")
    assert (strategy.chunker.kind_name(), strategy.chunker.chunk_tokens) == ("token", 300)
    assert strategy.reference == preset("baseline").reference


def test_naming_the_same_kind_keeps_the_fields():
    assert preset("baseline:budget.kind=hits").budget == preset("baseline").budget
    assert preset("baseline:budget.kind=distinct_parents").budget.hits is None


def test_lists_are_written_with_plus():
    assert preset("chunk_references:reference.child_tokens=256+64").reference.child_tokens == (64, 256)
    assert preset("chunk_references:reference.child_tokens=64").reference.child_tokens == (64,)


@pytest.mark.parametrize(
    "prompt",
    [
        'Answer, please: {query_str}\n{context_str} 1+1=2 "{x}" \\ {',
        '"{query_str}", "{context_str}"',
        " {query_str} {context_str}\t",
        "{query_str}\r\n{context_str}\r",
        "回答。{query_str}🦦 {context_str}",
        '{query_str}{context_str}="',
        '{query_str}{context_str}+"a',
        "[{query_str}, {context_str}]",
    ],
)
def test_any_prompt_survives_a_spec(prompt):
    strategy = preset("baseline").model_copy(update={"answer": kinds("answer")["compact"](prompt=prompt)})
    assert preset(spec_of(strategy)) == strategy
    assert preset(spec_of(strategy) + ",budget.hits=5").answer == strategy.answer
    assert preset(f"baseline:answer.prompt= {json.dumps(prompt)} , budget.hits=5").answer == strategy.answer


def test_a_text_in_quotes_may_contain_line_breaks():
    prompt = preset('baseline:answer.prompt="one\ntwo, {context_str} {query_str}",budget.hits=5').answer.prompt
    assert prompt == "one\ntwo, {context_str} {query_str}"


def test_json_without_the_answer_slot_is_read():
    former = {name: value for name, value in GOOD.items() if name != "answer"}
    assert strategy_from_json(former) == preset("baseline")


@pytest.mark.parametrize("mark", ['\\"', 'a\\"', '"', '="', '+"'])
def test_unclosed_quotes_are_parsed_quickly(mark):
    with pytest.raises(UserError):
        preset(f'baseline:answer.prompt="{mark * 50_000}')


def test_a_file_contains_a_strategy(tmp_path):
    wanted = preset("hybrid" if "hybrid" in preset_names() else "chunk_references").model_copy(update={"name": "mine"})
    file = tmp_path / "mine.json"
    file.write_text(wanted.model_dump_json(indent=2), encoding="utf-8")
    assert preset(f"@{file}") == wanted
    assert spec_of(wanted) is None


CHUNKER_KINDS, BUDGET_KINDS = ", ".join(kinds("chunker")), ", ".join(kinds("budget"))


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("nonsense", [*preset_names(), "@file.json"]),
        ("", preset_names()),
        ("baseline:chunker.kind=nonsense", [CHUNKER_KINDS]),
        ("baseline:budget.kind=7", [BUDGET_KINDS]),
        ("baseline:chunker.size=5", ["chunker.chunk_tokens", "chunker.overlap_tokens"]),
        ("baseline:nonsense.size=5", SLOTS),
        ("baseline:chunk_tokens=5", SLOTS),
        ("baseline:chunker.chunk_tokens", ["chunker.chunk_tokens=512"]),
        ("baseline:chunker.chunk_tokens=5", ["chunker.chunk_tokens", "16"]),
        ("baseline:chunker.chunk_tokens=many", ["chunker.chunk_tokens", "whole number"]),
        ("baseline:chunker.chunk_tokens=20", ["overlap", "20"]),
        ("baseline:budget.hits=51", ["budget.hits", "50"]),
        ("chunk_references:reference.child_tokens=16", ["reference.overlap_tokens", "16"]),
        ("baseline:search.pooling=nonsense", ["search.pooling", "per_chunk"]),
        ("baseline:answer.prompt=hello {query_str}", ["answer.prompt", "{context_str}", "hello"]),
        ("baseline:answer.prompt=hello {context_str}", ["answer.prompt", "{query_str}"]),
        ("baseline:answer.refine_prompt=hello {context_msg}", ["answer.refine_prompt", "{existing_answer}"]),
        (f"baseline:answer.prompt={'x' * 20_000}", ["answer.prompt", "10000"]),
    ],
)
def test_errors_name_what_is_valid(spec, named):
    with pytest.raises(UserError) as raised:
        preset(spec)
    assert not [name for name in named if name not in str(raised.value)], str(raised.value)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ("{}", "'name' is missing"),
        (json.dumps({**GOOD, "colour": 1}), "'colour' is unknown"),
        (json.dumps({**GOOD, "budget": 5}), "budget has the wrong type"),
        (json.dumps({**GOOD, "name": 5}), "name has the wrong type"),
        (json.dumps({**GOOD, "budget": {}}), BUDGET_KINDS),
        (json.dumps({**GOOD, "answer": "compact"}), "answer has the wrong type"),
        (json.dumps({**GOOD, "budget": {"kind": ["hits"]}}), BUDGET_KINDS),
    ],
)
def test_errors_of_files(content, named, tmp_path):
    (tmp_path / "strategy.json").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=named):
        preset(f"@{tmp_path / 'strategy.json'}")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match="none\\.json"):
        preset(f"@{tmp_path / 'none.json'}")


def test_a_binary_file_is_not_a_strategy(tmp_path):
    (tmp_path / "strategy.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="JSON"):
        preset(f"@{tmp_path / 'strategy.json'}")


def test_strategies_are_values():
    assert preset("baseline") == preset("baseline")
    assert hash(preset("chunk_references")) == hash(preset("chunk_references"))
    assert isinstance(preset("baseline"), Strategy)


@pytest.mark.parametrize("value", ["[" * 5000, "9" * 5000, "x" * 5000])
def test_a_huge_value_is_truncated_in_the_message(value):
    with pytest.raises(UserError) as caught:
        preset(f"baseline:budget.hits={value}")
    assert len(str(caught.value)) < 300


def test_a_file_of_brackets_is_not_json(tmp_path):
    (tmp_path / "deep.json").write_text("[" * 200_000)
    with pytest.raises(UserError, match="is not JSON"):
        preset(f"@{tmp_path / 'deep.json'}")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "marked.json").write_text(preset("baseline").model_dump_json(), encoding="utf-8-sig")
    assert preset(f"@{tmp_path / 'marked.json'}") == preset("baseline")


@pytest.mark.parametrize(
    ("spec", "slot", "kind"),
    [
        ("baseline:budget.tokens=1500", "budget", "tokens"),
        ("chunk_references:budget.tokens=1500", "budget", "tokens"),
        ("chunk_references:budget.hits=5", "budget", "distinct_parents"),
        ("baseline:budget.hits=5", "budget", "hits"),
        ("baseline:reference.child_tokens=64+128", "reference", "children"),
        ("baseline:budget.kind=distinct_parents,budget.hits=4", "budget", "distinct_parents"),
    ],
)
def test_a_field_that_only_another_kind_has_names_that_kind(spec, slot, kind):
    strategy = preset(spec)
    assert strategy.part(slot).kind == kind
    assert preset(spec_of(strategy)) == strategy


def test_fields_of_two_kinds_fit_none():
    with pytest.raises(UserError, match=r"budget\.tokens is not a field"):
        preset("baseline:budget.hits=5,budget.tokens=100")
