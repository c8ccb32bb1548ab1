"""Which poolings a model of a folder can do, and that its vectors are those of its own network."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag_core import UserError, compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.minilm import MiniLM
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.embeddings.vectors import Vectors
from rag_core.stages.results import Hit
from rag_core.text.tokenizers.minilm import model_folder
from tests.embeddings.sentence_transformer.loading import (
    QUESTION,
    SENTENCES,
    TEXT,
    cosine,
    hidden,
    loaded,
)
from tests.fakes.made_models import altered_minilm, modules, pooling
from tests.presets import WITHOUT_LLM

_NEAR = 1e-3  # of two scores that may be equal but for rounding


def test_the_built_in_models_info_is_that_of_its_files(built_in: MiniLM, copied: SentenceTransformerModel) -> None:
    measured = built_in.info._replace(min_answer_similarity=None)  # not in a model's files
    assert copied.info._replace(fingerprint=built_in.info.fingerprint) == measured
    assert copied.poolings == built_in.poolings == ("late", "per_chunk", "mean")
    assert copied.text_tokens == built_in.text_tokens == 254
    assert copied.name == "copied"


def test_a_folder_gives_the_vectors_of_the_same_model_built_in(
    built_in: MiniLM, copied: SentenceTransformerModel
) -> None:
    np.testing.assert_allclose(copied.encode_passages(SENTENCES), built_in.encode_passages(SENTENCES), atol=1e-6)
    np.testing.assert_allclose(copied.encode_queries([QUESTION]), built_in.encode_queries([QUESTION]), atol=1e-6)
    one, other = token_pass(TEXT, copied), token_pass(TEXT, built_in)
    np.testing.assert_array_equal(one.starts, other.starts)
    np.testing.assert_allclose(one.vectors, other.vectors, atol=2e-2)  # bfloat16, where the processor has it
    assert copied.count_tokens(SENTENCES) == built_in.count_tokens(SENTENCES)


@pytest.mark.parametrize("choice", ["late", "per_chunk"])
def test_a_folder_gives_the_hits_of_the_same_model_built_in(
    choice: str, document: Document, copied: SentenceTransformerModel, model_vectors: Vectors
) -> None:
    strategies = [preset(f"{name}:search.pooling={choice},chunker.chunk_tokens=128") for name in WITHOUT_LLM]
    ours = compare([document], QUESTION, strategies, vectors=Vectors(copied))
    built_in = compare([document], QUESTION, strategies, vectors=model_vectors)
    assert ours.embedding_model == "copied"
    for one, other in zip(ours.columns, built_in.columns, strict=True):
        scores = [hit.score for hit in one.hits]
        assert scores == pytest.approx([hit.score for hit in other.hits], abs=_NEAR)
        alone = [i for i in range(len(scores)) if not _has_rival(scores, i)]
        assert [_span(one.hits[i]) for i in alone] == [_span(other.hits[i]) for i in alone], one.strategy.name


def _has_rival(scores: Sequence[float | None], rank: int) -> bool:
    """Whether the next hits score nearly the same, so that rounding decides their order; unknown for the last one."""
    score = scores[rank]
    if score is None:
        return False
    near = [other for other in (*scores[max(rank - 1, 0) : rank], *scores[rank + 1 : rank + 2]) if other is not None]
    return rank == len(scores) - 1 or any(abs(other - score) <= 2 * _NEAR for other in near)


def _span(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end


def test_cls_pooling_is_the_first_tokens_vector_and_works_per_chunk_only(cls: SentenceTransformerModel) -> None:
    ids = [101, *cls.tokenize(SENTENCES[0]).ids.tolist(), 102]
    assert cosine(cls.encode_passages(SENTENCES[:1])[0], hidden(model_folder(), ids)[0]) > 0.9999
    assert cls.poolings == ("per_chunk",)
    assert "CLS pooling" in cls.info.late_pooling_obstacle


def test_default_strategies_run_per_chunk_where_a_model_cannot_do_more_and_say_so(
    cls: SentenceTransformerModel, document: Document
) -> None:
    strategies = list(map(preset, WITHOUT_LLM))
    pooled = [number for number, strategy in enumerate(strategies) if strategy.search.embeds_entries]
    assert {strategies[number].search.pools.pooling for number in pooled} == {"late"}
    result = json.loads(compare([document], QUESTION, strategies, vectors=Vectors(cls)).model_dump_json())
    assert result["embedding_model"] == "cls-model"
    assert {result["columns"][number]["strategy"]["search"]["pooling"] for number in pooled} == {"per_chunk"}
    assert all(column["hits"] for column in result["columns"])
    assert result["columns"][0]["counts"]["tokens_beyond_limit"] > 0


def test_unsupported_late_pooling_names_the_remedy(cls: SentenceTransformerModel, document: Document) -> None:
    strategies = [preset("baseline"), preset("baseline:search.pooling=late")]
    with pytest.raises(UserError, match=r"model does not support search\.pooling=late.*CLS.*search\.pooling=per_chunk"):
        compare([document], QUESTION, strategies, vectors=Vectors(cls))
    with pytest.raises(UserError, match="per_chunk"):
        token_pass(TEXT, cls)


@pytest.mark.parametrize(
    ("modes", "reason", "dimensions"),
    [
        (("max_tokens",), "by max, not", 384),
        (("mean_sqrt_len_tokens",), "by mean_sqrt_len_tokens, not", 384),
        (("cls_token", "mean_tokens"), "by cls and mean, not", 768),
    ],
)
def test_other_poolings_work_per_chunk_only(
    modes: tuple[str, ...], reason: str, dimensions: int, tmp_path: Path, built_in: MiniLM
) -> None:
    model = loaded(altered_minilm(tmp_path / "model", {"1_Pooling/config.json": pooling(*modes)}))
    assert model.poolings == ("per_chunk",)
    assert reason in model.info.late_pooling_obstacle
    vectors = model.encode_passages(SENTENCES)
    assert vectors.shape == (len(SENTENCES), dimensions) == (len(SENTENCES), model.info.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_layer_after_pooling_allows_per_chunk_only(tmp_path: Path) -> None:
    from sentence_transformers.sentence_transformer.modules import Dense

    listed = modules(("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Dense", "Dense"))
    folder = altered_minilm(tmp_path / "model", {"modules.json": listed})
    (folder / "2_Dense").mkdir()
    Dense(384, 48).save(str(folder / "2_Dense"))
    model = loaded(folder)
    assert "layers after the pooling" in model.info.late_pooling_obstacle
    assert model.encode_passages(SENTENCES).shape == (len(SENTENCES), 48)


def test_models_that_are_no_transformers_run_per_chunk(tmp_path: Path, document: Document) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, StaticEmbedding, WordEmbeddings
    from sentence_transformers.sentence_transformer.modules.tokenizer import WhitespaceTokenizer
    from tokenizers import Tokenizer

    words = sorted({word.strip(".,").lower() for word in TEXT.split()})
    random = np.random.default_rng(0)
    static = StaticEmbedding(
        Tokenizer.from_file(str(model_folder() / "tokenizer.json")),
        embedding_weights=random.normal(size=(30522, 8)).astype(np.float32),
    )
    looked_up = WordEmbeddings(
        WhitespaceTokenizer(words, stop_words=()), random.normal(size=(len(words), 8)).astype(np.float32)
    )
    for name, parts in {"static": [static], "words": [looked_up, Pooling(8, "mean")]}.items():
        SentenceTransformer(modules=parts, device="cpu").save(str(tmp_path / name))
        model = loaded(tmp_path / name)
        assert "not a transformer" in model.info.late_pooling_obstacle
        assert (model.info.dimensions, model.info.token_limit, model.text_tokens) == (8, None, None)
        [column] = compare([document], QUESTION, [preset("baseline")], vectors=Vectors(model)).columns
        assert column.hits
        assert column.counts.tokens_beyond_limit is None
        assert column.counts.model_tokens > 300
