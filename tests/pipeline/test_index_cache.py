"""Indexes in the disk cache give the same columns as a new run, and are never mistaken for one another."""

import dataclasses
import json
import subprocess
import sys
from typing import ClassVar, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core import compare, evaluate, preset
from rag_core.cache import ArrayCache, default_cache
from rag_core.cli.main import main
from rag_core.documents.document import Document, Page
from rag_core.embeddings.vectors import Vectors
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from rag_core.parts.chunker import Chunker
from rag_core.pipeline import index_cache
from rag_core.pipeline.build import IndexDraft
from rag_core.pipeline.index_cache import IndexCache
from rag_core.stages.resources import Resources
from tests.fakes.own_disk import on_a_disk_of_its_own
from tests.fakes.tiny_model import SilentModel, TinyModel
from tests.paths import ROOT
from tests.presets import WITHOUT_LLM

GB = 10**9
BEES = "The village keeps its bees on the southern slope. Honey is harvested twice a year.\n\n" * 3
BEES += "In 2019 a late frost killed the blossom of the cherries. Varroa mites are counted in July."
OTTERS = (
    "水獭睡觉时手牵着手 🦦, 这样它们就不会漂走。 Otters hold hands while they sleep.\n\nThey eat sea urchins and crabs."
)
QUESTION = "When is honey harvested?"
SIZES = "chunker.chunk_tokens=24,chunker.overlap_tokens=4"
CHILDREN = "reference.child_tokens=16,reference.overlap_tokens=4"
SPECS = [
    f"{name}:{SIZES},search.pooling={pooling}" + (f",{CHILDREN}" if name == "chunk_references" else "")
    for name in WITHOUT_LLM
    for pooling in ("late", "per_chunk")
]
SPECS.append(f"whole_document:{SIZES}")  # with a pooling, its search is dense
BASE = f"baseline:{SIZES}"


@pytest.fixture
def documents(text_document):
    return [text_document(BEES, "bees.md"), text_document(OTTERS, "otters.md")]


@pytest.fixture
def cuts(monkeypatch):
    """The names of the strategies whose documents were cut, since their index was not in the cache."""
    names, write = [], IndexDraft.write_entries

    def counting(draft):
        if not draft.is_written:
            names.append(draft.strategy.name)
        write(draft)

    monkeypatch.setattr(IndexDraft, "write_entries", counting)
    return names


def asked(documents, specs, vectors, question=QUESTION):
    """The columns of a comparison without times."""
    columns = compare(documents, question, list(map(preset, specs)), answers=True, vectors=vectors).columns
    return [column.model_dump_json(exclude={"timings_ms"}) for column in columns]


def vectors_in(folder, model=None):
    """Vectors as in another process that shares only the cache folder."""
    return Vectors(model or TinyModel(), ArrayCache(folder, GB))


def index_cache_in(folder):
    vectors = vectors_in(folder)
    return IndexCache(vectors.cache, vectors.model)


def test_another_process_finds_equal_columns_without_cutting_or_asking_the_model(documents, tmp_path, cuts):
    first = asked(documents, SPECS, vectors_in(tmp_path))
    assert len(cuts) == len(SPECS)
    assert asked(documents, SPECS, vectors_in(tmp_path, SilentModel())) == first
    assert len(cuts) == len(SPECS), "nothing was cut again"
    assert asked(documents, SPECS, Vectors(TinyModel())) == first, "the result is the same as without a cache"
    assert all(json.loads(column)["counts"]["entries"] for column in first)


def test_a_cached_index_needs_no_other_cached_data(documents, tmp_path):
    strategies = list(map(preset, SPECS))
    first = compare(documents, QUESTION, strategies, vectors=vectors_in(tmp_path)).columns
    indexes = {index_cache_in(tmp_path).key(strategy, documents) for strategy in strategies}
    assert len(indexes) == len({(one.chunker, one.reference, one.search.kind, one.search.pools) for one in strategies})
    others = [path for path in tmp_path.iterdir() if path.name.partition(".")[0] not in indexes]
    assert len(list(tmp_path.iterdir())) - len(others) == len(indexes)
    for path in others:
        path.unlink()
    model = TinyModel()
    again = compare(documents, QUESTION, strategies, vectors=vectors_in(tmp_path, model)).columns
    assert [column.hits for column in again] == [column.hits for column in first]
    assert (model.embedded, model.read) == ([f"question {QUESTION}"], [])


def test_coverage_is_cached_even_if_unknown(documents, tmp_path):
    specs = [f"{BASE},search.pooling=per_chunk"]
    for limit, beyond in ((None, None), (100, 0)):
        for model in (TinyModel(token_limit=limit), SilentModel(token_limit=limit)):
            [column] = compare(
                documents, QUESTION, list(map(preset, specs)), vectors=vectors_in(tmp_path, model)
            ).columns
            assert column.counts.tokens_beyond_limit == beyond
            assert column.counts.model_tokens == sum(len(model.tokenize(text).ids) for text in (BEES, OTTERS))


def test_another_question_is_answered_from_the_cached_index(documents, tmp_path, cuts):
    asked(documents, SPECS, vectors_in(tmp_path))
    again = asked(documents, SPECS, vectors_in(tmp_path), "What do otters eat?")
    assert len(cuts) == len(SPECS)
    assert again == asked(documents, SPECS, Vectors(TinyModel()), "What do otters eat?")


def test_the_real_model_is_not_loaded_for_what_an_earlier_process_indexed(tmp_path, capsys):
    paths = [tmp_path / "bees.md", tmp_path / "otters.md"]
    for path, text in zip(paths, (BEES, OTTERS), strict=True):
        path.write_text(text, encoding="utf-8")
    command = ["compare", *map(str, paths), "--question", QUESTION, "--answers", "--json"]
    command += [argument for spec in SPECS for argument in ("--strategy", spec)]
    index_cache.makers_hash.cache_clear()  # the source may have been edited since the tests began
    assert main(command) == 0
    first = json.loads(capsys.readouterr().out)
    script = "import sys; from rag_core.cli.main import main; code = main(sys.argv[1:]);"
    script += "sys.exit(code or 'sentence_transformers' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Cutting" not in done.stderr
    again = json.loads(done.stdout)
    for made in (first, again):
        for column in made["columns"]:
            del column["timings_ms"]
    assert again == first


OTHER_SPECS = [
    "baseline:chunker.chunk_tokens=25,chunker.overlap_tokens=4",
    "baseline:chunker.chunk_tokens=24,chunker.overlap_tokens=5",
    f"{BASE},chunker.kind=token",
    f"{BASE},search.pooling=per_chunk",
    f"{BASE},search.window_overlap_percent=25",
    f"{BASE},{CHILDREN}",
    f"metadata_references:{SIZES}",
    f"metadata_references:{SIZES},reference.questions=2",
]
OTHER_MODELS = {
    "fingerprint": TinyModel("another"),
    "token limit": TinyModel(token_limit=13),
    "precision": TinyModel(reading_dtype="bfloat16"),
}


def as_pdf(document: Document) -> Document:
    """The same text with boxes, as in a PDF, so that sentences may end differently."""
    return dataclasses.replace(document, char_boxes=np.zeros((len(document.text), 4), np.float32))


def other_documents(bees: Document, otters: Document) -> dict[str, list[Document]]:
    def changed(**changes: object) -> list[Document]:
        return [dataclasses.replace(document, **changes) for document in (bees, otters)]

    return {
        "order": [otters, bees],
        "one": [bees],
        "the other": [otters],
        "three": [bees, otters, dataclasses.replace(bees, id="third", text="")],
        "text": [bees, dataclasses.replace(otters, text=OTTERS + " ")],
        "text moved over": [
            dataclasses.replace(bees, text=BEES + OTTERS[0]),
            dataclasses.replace(otters, text=OTTERS[1:]),
        ],
        "tokenizer": changed(tokenizer="minilm"),
        "pdf": [as_pdf(bees), as_pdf(otters)],
        "one pdf": [bees, as_pdf(otters)],
    }


def test_nothing_else_shares_an_index(documents, tmp_path, cuts):
    everything = [(documents, BASE, TinyModel())]
    everything += [(documents, spec, TinyModel()) for spec in OTHER_SPECS]
    everything += [(documents, BASE, model) for model in OTHER_MODELS.values()]
    everything += [(others, BASE, TinyModel()) for others in other_documents(*documents).values()]
    expected = [asked(others, [spec], Vectors(model)) for others, spec, model in everything]
    del cuts[:]
    for number, (others, spec, model) in enumerate(everything):
        assert asked(others, [spec], vectors_in(tmp_path, model)) == expected[number]
        assert len(cuts) == number + 1, "it was found under the key of another index"
    for number, (others, spec, model) in enumerate(everything):
        assert asked(others, [spec], vectors_in(tmp_path, model)) == expected[number]
    assert len(cuts) == len(everything), "each is found under its own key"


def test_the_key_ignores_what_does_not_determine_the_index(documents, tmp_path, cuts):
    asked(documents, [BASE], vectors_in(tmp_path))
    pages = (Page(1, 0, 9, None, None),)
    renamed = [
        dataclasses.replace(document, id=f"id {number}", name="x", parser="y", pages=pages, parse_ms=7.0)
        for number, document in enumerate(documents)
    ]
    for spec in (BASE, f"{BASE},budget.tokens=100", f"{BASE},budget.hits=7", f"{BASE},answer.kind=refine"):
        assert asked(renamed, [spec], vectors_in(tmp_path, TinyModel())) == asked(renamed, [spec], Vectors(TinyModel()))
    assert cuts == ["baseline"] * 5, "once for the first, and once for each without a cached index"


def test_another_version_of_the_program_finds_nothing(documents, tmp_path, cuts, monkeypatch):
    asked(documents, [BASE], vectors_in(tmp_path))
    monkeypatch.setattr(index_cache, "makers_hash", lambda: "another")
    asked(documents, [BASE], vectors_in(tmp_path))
    assert len(cuts) == 2


def test_the_version_depends_on_everything_that_determines_an_index(tmp_path, monkeypatch):
    for name in index_cache._MAKERS:
        path = tmp_path / name if name.endswith(".py") else tmp_path / name / "source.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("original = True\n")
    for name in ("ui/columns.py", "parts/budget/hits.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("original = True\n")
    hashes = [index_cache.makers_hash.__wrapped__(tmp_path)]
    for name in ("ui/columns.py", "parts/budget/hits.py", "parts/chunker/source.py", "geometry.py"):
        (tmp_path / name).write_text("original = False\n")
        hashes.append(index_cache.makers_hash.__wrapped__(tmp_path))
    monkeypatch.setattr(index_cache, "version", lambda library: f"{library} 99")
    hashes.append(index_cache.makers_hash.__wrapped__(tmp_path))
    assert hashes[0] == hashes[1] == hashes[2]
    assert len(set(hashes)) == 4


def test_indexes_of_parts_from_elsewhere_are_not_cached(documents, tmp_path, register_part, cuts):
    """Their source may change independently of the program's."""

    @register_part
    class Halves(Chunker):
        kind: Literal["halves"] = "halves"
        label: ClassVar[str] = "Halves"
        summary: ClassVar[str] = "Cuts in the middle"

        def chunk(self, document: Document, resources: Resources, within: Span | None = None) -> list[Span]:
            middle = len(document.text) // 2
            return [Span(0, middle), Span(middle, len(document.text))]

    for _ in range(2):
        asked(documents, ["baseline:chunker.kind=halves"], vectors_in(tmp_path))
    assert len(cuts) == 2


CHOICES = st.lists(st.sampled_from([*SPECS, *OTHER_SPECS]), min_size=1, max_size=3)


@given(st.lists(st.tuples(CHOICES, st.permutations([0, 1]), st.integers(1, 2)), min_size=2, max_size=5))
@settings(max_examples=25)
def test_a_column_does_not_depend_on_what_was_cached_before(tmp_path_factory, text_document, comparisons):
    both, folder = [text_document(BEES), text_document(OTTERS)], tmp_path_factory.mktemp("kept")
    for specs, order, number in comparisons:
        documents = [both[i] for i in order][:number]
        together = asked(documents, specs, vectors_in(folder))
        assert together == [asked(documents, [spec], Vectors(TinyModel()))[0] for spec in specs]


def test_a_damaged_index_is_built_and_cached_again(documents, tmp_path, cuts):
    first = asked(documents, [BASE], vectors_in(tmp_path))
    key = index_cache_in(tmp_path).key(preset(BASE), documents)
    [file] = tmp_path.glob(f"{key}*")
    whole = file.read_bytes()
    for wrong in (whole[:-1], whole[:100] + b"\xff" + whole[101:], b""):
        file.write_bytes(wrong)
        del cuts[:]
        assert asked(documents, [BASE], vectors_in(tmp_path)) == first
        assert cuts == ["baseline"]
        assert file.read_bytes() == whole
        assert asked(documents, [BASE], vectors_in(tmp_path)) == first
        assert cuts == ["baseline"]


def test_without_a_cache_results_are_the_same(documents, tmp_path, monkeypatch, cuts):
    monkeypatch.setenv("CHUNKSCOPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CHUNKSCOPE_CACHE_GB", "0")
    default_cache.cache_clear()
    try:
        found = [asked(documents, SPECS, Vectors(TinyModel(), default_cache())) for _ in range(2)]
    finally:
        default_cache.cache_clear()
    assert found == [asked(documents, SPECS, vectors_in(tmp_path))] * 2
    assert len(cuts) == 3 * len(SPECS)
    assert not (tmp_path / "home").exists()


def test_a_cache_too_small_for_the_indexes_gives_right_results(documents, tmp_path):
    small = [asked(documents, SPECS, Vectors(TinyModel(), ArrayCache(tmp_path / "small", 10_000))) for _ in range(2)]
    assert small == [asked(documents, SPECS, Vectors(TinyModel()))] * 2


def worked(name, folder, *before):
    command = [*before, sys.executable, "-m", "tests.pipeline.index_workers", name, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_read_only_cache_is_used_and_missing_indexes_are_built(tmp_path):
    outcome = worked("read_only", tmp_path, *on_a_disk_of_its_own(tmp_path))
    assert outcome["known"] == {"equal": True, "cut": 0}
    assert outcome["new"] == {"equal": True, "cut": 1}
    assert "not writable" in outcome["problem"]


def test_processes_that_cache_the_same_indexes_at_once(tmp_path):
    outcome = worked("together", tmp_path)
    assert outcome == {"right": [True] * 3, "files": 3}, "two indexes, and the document's token vectors"


def test_evaluation_works_from_index_cache(documents, tmp_path, cuts):
    start = BEES.index("Honey")
    gold = Reference(Span(start, start + 35), BEES[start : start + 35])
    questions = [Question("q1", QUESTION, "bees", (gold,)), Question("q2", "How often?", "bees", (gold,))]

    def measured(vectors):
        result = evaluate(documents, questions, list(map(preset, SPECS)), vectors=vectors)
        return [strategy.model_dump_json(exclude={"timings_ms"}) for strategy in result.strategies]

    first = measured(vectors_in(tmp_path))
    assert len(cuts) == len(SPECS)
    assert measured(vectors_in(tmp_path, SilentModel())) == first
    assert len(cuts) == len(SPECS), "nothing was cut again"
    assert measured(Vectors(TinyModel())) == first
    asked(documents, SPECS, vectors_in(tmp_path))
    assert len(cuts) == 2 * len(SPECS), "a comparison finds the indexes that the evaluation cached"
