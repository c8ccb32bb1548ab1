"""A kind is one file: a toy of every slot appears everywhere, and nothing else is touched.

Each toy is written to a temporary file and imported there, as somebody's own kind would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag_core import UserError, compare, part, preset
from rag_core.cli.main import main
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from rag_core.stages.results import Hit
from rag_core.strategy import Strategy, sweepable_fields
from rag_core.strategy.specs import spec_of, strategy_from_json
from tests.docs.strategy_tables import kinds_table, parts_table
from tests.fakes.scripted import Scripted
from tests.fakes.toy_parts import TOYS, Import, Toy

OTTERS = "Otters hold hands while they sleep. Otters eat sea urchins and crabs. Otters live in rivers and in the sea."
BEES = "Bees dance to tell where flowers are. Bees make honey in their hives. Bees sleep at night."
BRIDGES = "The bridge was finished in 1932. The bridge carries eight lanes of traffic. Painting the bridge never ends."
TEXT = f"{OTTERS} {BEES} {BRIDGES}"
QUESTION = "What do otters eat and where do bees make honey?"
SMALL = "chunker.chunk_tokens=16,chunker.overlap_tokens=0"

each_toy = pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.slot)
NOT_EXPORTED = ("parser", "answer")  # a program is given the text, and retrieves


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document(TEXT)


def hits_of(spec: str, document: Document, vectors: Vectors, question: str = QUESTION) -> list[Hit]:
    [column] = compare([document], question, [preset(spec)], vectors=vectors).columns
    assert column.hits
    return column.hits


def test_there_is_a_toy_of_every_slot() -> None:
    assert [toy.slot for toy in TOYS] == [slot.name for slot in part.slots()]


@each_toy
def test_a_toy_is_gone_after_its_test(toy: Toy) -> None:
    with pytest.raises(UserError, match=f"{toy.kind}' is unknown"):
        preset(toy.spec)


@each_toy
def test_a_spec_names_it_and_json_carries_it(toy: Toy, import_toy: Import) -> None:
    import_toy(toy)
    strategy = preset(toy.spec)
    assert spec_of(strategy) == toy.spec
    values = json.loads(strategy.model_dump_json())
    assert values[toy.slot] == {**values[toy.slot], "kind": toy.kind, toy.field: toy.value}
    assert strategy_from_json(values) == strategy
    for beyond in (toy.bounds[0] - 1, toy.bounds[1] + 1):
        with pytest.raises(UserError, match=f"{toy.slot}.{toy.field}"):
            preset(f"baseline:{toy.slot}.kind={toy.kind},{toy.slot}.{toy.field}={beyond}")


@each_toy
def test_the_command_line_compares_with_it(
    toy: Toy, import_toy: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_toy(toy)
    path = tmp_path / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert main(["compare", str(path), "-q", QUESTION, "--strategy", "baseline", "--strategy", toy.spec, "--json"]) == 0
    plain, column = json.loads(capsys.readouterr().out)["columns"]
    assert column["strategy"][toy.slot] == {**column["strategy"][toy.slot], "kind": toy.kind, toy.field: toy.value}
    assert plain["strategy"][toy.slot]["kind"] != toy.kind
    assert column["hits"]


def column_settings() -> None:
    """A page with the settings of one column; the strategy that they make is in its state."""
    import streamlit as st

    from rag_core import preset
    from rag_core.ui.compare.columns import head
    from rag_core.ui.shell.session import OWN_BUDGET, new_column, session

    session().budget = OWN_BUDGET
    session().columns = session().columns or [new_column(preset("baseline"))]
    [column] = session().columns
    st.session_state["problem"] = head(0, column)
    st.session_state["strategy"] = column.strategy


@each_toy
def test_the_settings_of_a_column_have_its_widgets(toy: Toy, import_toy: Import) -> None:
    import_toy(toy)
    app = AppTest.from_function(column_settings, default_timeout=60).run()
    [kinds] = [box for box in app.selectbox if box.label == part.get_slot(toy.slot).title]
    kinds.select(toy.kind).run()
    assert not app.exception
    [slider] = [slider for slider in app.slider if slider.label == toy.title]
    assert (slider.min, slider.max) == toy.bounds
    slider.set_value(toy.value).run()
    assert not app.exception
    assert app.session_state["problem"] is None
    assert app.session_state["strategy"] == preset(toy.spec)


@each_toy
def test_the_tables_of_the_documentation_name_it(toy: Toy, import_toy: Import) -> None:
    made = import_toy(toy)
    [summary] = [vars(made)[name].summary for name in vars(made) if name.startswith("Toy") and name != "ToyIndex"]
    [row] = [line for line in parts_table().splitlines() if f"`{toy.kind}`" in line]
    assert summary in row
    assert f"`{toy.slot}.{toy.field}`" in row
    assert f"`{toy.kind}`" in kinds_table()


@each_toy
def test_a_sweep_can_vary_it(toy: Toy, import_toy: Import) -> None:
    import_toy(toy)
    fields = {field.name: field for field in sweepable_fields(preset(toy.spec))}
    assert toy.kind in fields[f"{toy.slot}.kind"].choices
    swept = fields[f"{toy.slot}.{toy.field}"]
    assert (swept.minimum, swept.maximum) == toy.bounds


@pytest.mark.parametrize("toy", [toy for toy in TOYS if toy.slot not in NOT_EXPORTED], ids=lambda toy: toy.slot)
def test_without_a_writer_its_export_says_so(toy: Toy, import_toy: Import) -> None:
    import_toy(toy)
    with pytest.raises(UserError, match=toy.kind):
        llama_index_program(preset(toy.spec))


@pytest.mark.parametrize("pooling", ["late", "per_chunk"])
def test_a_chunker_can_use_vectors_of_sentences(
    pooling: str, import_slot: Callable, document: Document, model_vectors: Vectors
) -> None:
    import_slot("chunker")
    spec = f"baseline:chunker.kind=toy_chunker,chunker.cuts=2,budget.hits=50,search.pooling={pooling}"
    hits = hits_of(spec, document, model_vectors)
    assert sorted(hit.text for hit in hits) == [BEES, OTTERS, BRIDGES]


def test_a_query_can_make_three_queries(import_slot: Callable, document: Document, model_vectors: Vectors) -> None:
    toy = import_slot("query")
    queries = preset(toy.spec).query.queries(QUESTION, None)
    assert [(query.text, query.weight) for query in queries] == [
        (QUESTION, 1.0),
        ("What do otters eat and", 0.25),
        ("where do bees make honey?", 0.25),
    ]
    one, three = (
        hits_of(f"{spec}{SMALL},budget.hits=50", document, model_vectors) for spec in ("baseline:", f"{toy.spec},")
    )
    assert {hit.text for hit in one} == {hit.text for hit in three}
    assert [hit.score for hit in one] != [hit.score for hit in three]


def test_a_reranker_can_use_the_model(import_slot: Callable, document: Document, model_vectors: Vectors) -> None:
    import_slot("rerank")
    base = f"baseline:{SMALL},budget.hits=50"
    before = hits_of(base, document, model_vectors)
    after = hits_of(f"{base},rerank.kind=toy_rerank,rerank.entries=3", document, model_vectors)
    assert {hit.text for hit in after[:3]} == {hit.text for hit in before[:3]}
    assert [hit.text for hit in after[3:]] == [hit.text for hit in before[3:]]
    for hit in after:
        assert set(hit.scores) == ({"dense", "rerank"} if hit.rank <= 3 else {"dense"})
    assert {hit.score for hit in after[3:]} == {None}, "what is not reranked has no score on the reranker's scale"
    given = [hit.scores["rerank"] for hit in after[:3]]
    assert given == sorted(given, reverse=True) == [hit.score for hit in after[:3]]
    ends = [hit.text[-40:] for hit in after[:3]]
    model_vectors.prepare(ends)
    expected = model_vectors.passages(ends) @ model_vectors.query(QUESTION)
    assert given == pytest.approx(expected.tolist(), abs=1e-5)


def test_a_reference_can_resolve_into_windows(
    import_slot: Callable, document: Document, model_vectors: Vectors
) -> None:
    import_slot("reference")
    base = f"baseline:{SMALL},budget.hits=3"
    chunks = hits_of(base, document, model_vectors)
    windows = hits_of(f"{base},reference.kind=toy_reference,reference.window_characters=20", document, model_vectors)
    for chunk, window in zip(chunks, windows, strict=True):
        assert (window.start, window.end) == (max(chunk.start - 20, 0), min(chunk.end + 20, len(TEXT)))
        assert window.text == TEXT[window.start : window.end]
        assert window.score == chunk.score
        assert [(via.start, via.end) for via in window.via] == [(chunk.start, chunk.end)]


def test_a_search_can_do_without_vectors(import_slot: Callable, document: Document, model_vectors: Vectors) -> None:
    toy = import_slot("search")
    hits = hits_of(f"{toy.spec},{SMALL}", document, model_vectors, "eight lanes of traffic")
    assert "eight lanes of traffic" in hits[0].text
    assert hits[0].scores == {"toy": 4.0}


def test_a_budget_decides_by_scores(import_slot: Callable, document: Document, model_vectors: Vectors) -> None:
    import_slot("budget")
    everything = hits_of(f"baseline:{SMALL},budget.hits=50", document, model_vectors)
    for margin in (0.0, 0.2, 1.0):
        hits = hits_of(f"baseline:{SMALL},budget.kind=toy_budget,budget.margin={margin}", document, model_vectors)
        expected = [hit for hit in everything if hit.score >= everything[0].score - margin]
        assert [hit.text for hit in hits] == [hit.text for hit in expected]


def test_an_answer_asks_in_its_own_way(import_slot: Callable, document: Document, model_vectors: Vectors) -> None:
    toy, llm = import_slot("answer"), Scripted(lambda _: "They eat sea urchins [1].")
    strategy: Strategy = preset(f"{toy.spec},{SMALL}")
    [column] = compare([document], QUESTION, [strategy], answers=True, vectors=model_vectors, llm=llm).columns
    assert column.answer.text == "They eat sea urchins [1]."
    [prompt] = llm.prompts
    assert prompt.startswith("TOY PROMPT")
    assert column.hits[0].text in prompt
    assert column.hits[1].text not in prompt
