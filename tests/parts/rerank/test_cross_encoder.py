"""The cross-encoder: sentence-transformers' own scores and LlamaIndex's order, and why a model cannot be used."""

import pytest

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings import cross_encoder
from rag_core.errors import UserError
from rag_core.progress import Progress
from rag_core.text.tokenizers.minilm import model_folder
from rag_core.ui.shell.address import _strategy
from tests.fakes.tiny_cross_encoder import save_tiny_cross_encoder

QUESTION = "What do otters hold?"
SENTENCES = [f"Otter number {i} holds {'hands ' * (i % 5 + 1)}on the water." for i in range(24)]
DOCUMENT = Document.from_text("\n\n".join(SENTENCES))
SMALL = "baseline:chunker.kind=recursive,chunker.chunk_tokens=16,chunker.overlap_tokens=0,search.kind=bm25"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("tiny-reranker"))


def column_of(folder, more=""):
    spec = f'{SMALL},rerank.kind=cross_encoder,rerank.model="{folder}"{more}'
    return compare([DOCUMENT], QUESTION, [preset(spec)]).columns[0]


def test_scores_are_those_of_sentence_transformers(folder):
    from sentence_transformers import CrossEncoder

    hits = column_of(folder, ",rerank.entries=10,budget.hits=14").hits
    expected = CrossEncoder(folder).predict([(QUESTION, hit.text) for hit in hits[:10]])
    assert [hit.score for hit in hits[:10]] == pytest.approx(expected.tolist(), abs=1e-5)
    assert [hit.score for hit in hits[:10]] == sorted((hit.score for hit in hits[:10]), reverse=True)
    assert len({hit.score for hit in hits[:10]}) > 3
    assert [hit.score for hit in hits[10:]] == [None] * 4
    assert hits[0].scores["rerank"] == hits[0].score
    assert "bm25" in hits[0].scores


def test_the_order_is_that_of_llama_index(folder):
    from llama_index.core.postprocessor import SentenceTransformerRerank
    from llama_index.core.schema import NodeWithScore, TextNode

    hits = column_of(folder, ",rerank.entries=10,budget.hits=10").hits
    nodes = [NodeWithScore(node=TextNode(text=hit.text), score=0.0) for hit in sorted(hits, key=lambda h: h.start)]
    theirs = SentenceTransformerRerank(model=folder, top_n=10, device="cpu").postprocess_nodes(
        nodes, query_str=QUESTION
    )
    assert [hit.score for hit in hits] == pytest.approx([node.score for node in theirs], abs=1e-5)


def test_what_is_truncated_is_said(folder):
    long = Document.from_text("A short one.\n\n" + "Otters hold hands and sleep on the water. " * 30)
    spec = f'baseline:search.kind=bm25,rerank.kind=cross_encoder,rerank.model="{folder}"'
    [column] = compare([long], QUESTION, [preset(spec)]).columns
    assert any("reads 48 tokens" in notice and "1 of 1 text" in notice for notice in column.notices)
    assert not column_of(folder).notices


def test_equal_texts_are_read_once_and_the_work_ends_between_batches(folder):
    class Ended(Exception):
        pass

    reports: list[Progress] = []

    def report(progress: Progress) -> None:
        reports.append(progress)
        if len(reports) == 3:
            raise Ended

    model = cross_encoder.cross_encoder(folder)
    texts = [f"text {i}" for i in range(40)]
    assert len(set(model.scores(QUESTION, ["same"] * 3).scores.tolist())) == 1
    with pytest.raises(Ended):
        model.scores(QUESTION, texts, report)
    assert reports[-1].done == 16
    assert cross_encoder.cross_encoder(folder) is model
    assert model.scores(QUESTION, []).scores.shape == (0,)


def test_a_column_says_how_to_get_a_model():
    [column] = compare([DOCUMENT], QUESTION, [preset(f"{SMALL},rerank.kind=cross_encoder")]).columns
    assert "none is built in" in column.error
    assert "rerank.model" in column.error


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("/no/such/folder", "There is no folder"),
        ("nobody/has-this-model-xyz", "is not on this machine"),
        (str(model_folder()), "could not be loaded as a cross-encoder"),
    ],
)
def test_a_model_that_cannot_be_used(source, part):
    with pytest.raises(UserError, match=part):
        cross_encoder.CrossEncoderModel(source).scores(QUESTION, ["text"])


def test_a_classifier_gives_no_score(tmp_path):
    folder = save_tiny_cross_encoder(tmp_path, labels=3)
    with pytest.raises(UserError, match="gives 3 numbers"):
        cross_encoder.CrossEncoderModel(folder).scores(QUESTION, ["text"])


def test_few_models_stay_in_memory():
    for i in range(4):
        cross_encoder.cross_encoder(f"folder {i}")
    assert not cross_encoder.is_open("folder 0")
    assert cross_encoder.is_open("folder 3")


def test_a_link_loads_no_model_that_nobody_has_chosen_here():
    spec = "baseline:rerank.kind=cross_encoder,rerank.model=somebody/chose-this"
    with pytest.raises(UserError, match="a link may not have this server load"):
        _strategy(spec)
    cross_encoder.cross_encoder("somebody/chose-this")
    assert _strategy(spec).rerank.named_model == "somebody/chose-this"
