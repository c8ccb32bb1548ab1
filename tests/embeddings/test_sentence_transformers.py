"""sentence-transformers models from folders: real ones, made on the spot, of every kind that behaves in its own way."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rag_core import UserError, compare, preset
from rag_core.cli.main import main
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.cpu.window_readers import NetworkReader
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.minilm import MiniLM, default_model, model_folder
from rag_core.embeddings.prefixes import Prefixes, known_prefixes, saved_prefixes
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.strategy import preset_names
from tests.fakes.made_models import WEIGHTS, altered_minilm, modules, pooling, tiny_roberta

TEXT = (
    "Otters hold hands while they sleep, so that they do not drift apart. They eat sea urchins, crabs and fish. "
    "A colony of bees has one queen. Scouts dance to tell the others where flowers are. Honey keeps for centuries.\n\n"
    "The bridge was finished in 1932. It carries eight lanes of traffic and two of trains. Painting it never ends.\n\n"
) * 8
SENTENCES = TEXT.replace("\n", "").split(". ")[:9]
QUESTION = "What do sea otters eat?"
PROMPTS = {"prompts": {"query": "query: ", "passage": "passage: "}}
Floats = NDArray[np.float32]


def loaded(folder: Path, **prefixes: str) -> SentenceTransformerModel:
    model = SentenceTransformerModel(str(folder), **prefixes)
    model.wait()
    return model


def refused(folder: Path, **prefixes: str) -> str:
    with pytest.raises(UserError) as error:
        loaded(folder, **prefixes)
    message = str(error.value)
    assert "\n" not in message
    assert len(message) < 700
    return message


def in_float32(model: SentenceTransformerModel) -> SentenceTransformerModel:
    """The model reading documents in full precision, whatever the processor is best at."""
    model.__dict__["_reader"] = NetworkReader(model._transformer[0].auto_model)
    return model


def hidden(folder: Path, ids: list[int]) -> Floats:
    """What transformers alone makes of the tokens: (tokens, dimensions)."""
    import torch
    from transformers import AutoModel

    network = AutoModel.from_pretrained(folder, dtype=torch.float32)
    with torch.inference_mode():
        return np.asarray(network(input_ids=torch.tensor([ids])).last_hidden_state[0].numpy())


def cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document(TEXT)


@pytest.fixture(scope="module")
def built_in() -> MiniLM:
    model = default_model()
    model.wait()
    return model


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    """The built-in model's files in a folder of another name."""
    folder = tmp_path_factory.mktemp("models") / "copied"
    shutil.copytree(model_folder(), folder)
    return loaded(folder)


@pytest.fixture(scope="module")
def cls(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    folder = tmp_path_factory.mktemp("models") / "cls-model"
    return loaded(altered_minilm(folder, {"1_Pooling/config.json": pooling("cls_token")}))


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    """With prompts of its own, and reading documents in float32."""
    folder = tmp_path_factory.mktemp("models") / "prompted"
    return in_float32(loaded(altered_minilm(folder, {"config_sentence_transformers.json": PROMPTS})))


@pytest.fixture(scope="module", params=["byte-level BPE", "SentencePiece"])
def roberta(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerModel:
    """Another kind of network, positions, special tokens and word pieces."""
    folder = tmp_path_factory.mktemp("models") / "tiny-roberta"
    text = TEXT + "Café 文 🦦"
    return in_float32(loaded(tiny_roberta(folder, text, unigram=request.param == "SentencePiece")))


def test_the_built_in_models_facts_are_those_of_its_files(built_in: MiniLM, copied: SentenceTransformerModel) -> None:
    assert copied.info._replace(fingerprint=built_in.info.fingerprint) == built_in.info
    assert copied.poolings == built_in.poolings == ("late", "per_chunk")
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
    strategies = [preset(f"{name}:search.pooling={choice},chunker.chunk_tokens=128") for name in preset_names()]
    ours = compare([document], QUESTION, strategies, vectors=Vectors(copied))
    built_in = compare([document], QUESTION, strategies, vectors=model_vectors)
    assert ours.embedding_model == "copied"
    for one, other in zip(ours.columns, built_in.columns, strict=True):
        assert [(hit.start, hit.end) for hit in one.hits] == [(hit.start, hit.end) for hit in other.hits]
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], abs=1e-3)


def test_cls_pooling_is_the_first_tokens_vector_and_goes_per_chunk_only(cls: SentenceTransformerModel) -> None:
    ids = [101, *cls.tokenize(SENTENCES[0]).ids.tolist(), 102]
    assert cosine(cls.encode_passages(SENTENCES[:1])[0], hidden(model_folder(), ids)[0]) > 0.9999
    assert cls.poolings == ("per_chunk",)
    assert "CLS pooling" in cls.info.only_per_chunk


def test_default_strategies_run_per_chunk_where_a_model_cannot_do_more_and_say_so(
    cls: SentenceTransformerModel, document: Document
) -> None:
    strategies = [preset(name) for name in preset_names()]
    assert {strategy.search.pools.pooling for strategy in strategies} == {"late"}
    result = json.loads(compare([document], QUESTION, strategies, vectors=Vectors(cls)).model_dump_json())
    assert result["embedding_model"] == "cls-model"
    assert [column["strategy"]["search"]["pooling"] for column in result["columns"]] == ["per_chunk"] * len(strategies)
    assert all(column["hits"] for column in result["columns"])
    assert result["columns"][0]["counts"]["tokens_beyond_limit"] > 0


def test_late_pooling_asked_for_where_a_model_cannot_do_it_names_the_remedy(
    cls: SentenceTransformerModel, document: Document
) -> None:
    strategies = [preset("baseline"), preset("baseline:search.pooling=late")]
    with pytest.raises(UserError, match=r"cls-model cannot do search\.pooling=late.*CLS.*search\.pooling=per_chunk"):
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
def test_other_poolings_go_per_chunk_only(
    modes: tuple[str, ...], reason: str, dimensions: int, tmp_path: Path, built_in: MiniLM
) -> None:
    model = loaded(altered_minilm(tmp_path / "model", {"1_Pooling/config.json": pooling(*modes)}))
    assert model.poolings == ("per_chunk",)
    assert reason in model.info.only_per_chunk
    vectors = model.encode_passages(SENTENCES)
    assert vectors.shape == (len(SENTENCES), dimensions) == (len(SENTENCES), model.info.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_layer_after_the_pooling_goes_per_chunk_only(tmp_path: Path) -> None:
    from sentence_transformers.sentence_transformer.modules import Dense

    listed = modules(("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Dense", "Dense"))
    folder = altered_minilm(tmp_path / "model", {"modules.json": listed})
    (folder / "2_Dense").mkdir()
    Dense(384, 48).save(str(folder / "2_Dense"))
    model = loaded(folder)
    assert "further layers" in model.info.only_per_chunk
    assert model.encode_passages(SENTENCES).shape == (len(SENTENCES), 48)


def test_a_models_prompts_stand_before_questions_and_passages(
    prompted: SentenceTransformerModel, built_in: MiniLM
) -> None:
    assert (prompted.info.query_prefix, prompted.info.passage_prefix) == ("query: ", "passage: ")
    plain, by_hand = (built_in.encode_passages([before + text for text in SENTENCES]) for before in ("", "passage: "))
    np.testing.assert_allclose(prompted.encode_passages(SENTENCES), by_hand, atol=1e-6)
    assert np.abs(plain - by_hand).max() > 0.01
    np.testing.assert_allclose(
        prompted.encode_queries([QUESTION]), built_in.encode_queries([f"query: {QUESTION}"]), atol=1e-6
    )


def test_a_passage_prefix_stands_before_every_window_and_shrinks_it(prompted: SentenceTransformerModel) -> None:
    prefix = prompted.tokenize("passage:").ids.tolist()
    assert (prompted.tokens_before, prompted.text_tokens) == (1 + len(prefix), 254 - len(prefix))
    ids = prompted.tokenize(TEXT).ids.tolist()
    assert len(ids) > 2 * 254
    last = ids[-(254 - len(prefix)) :]
    by_hand = hidden(model_folder(), [101, *prefix, *last, 102])
    np.testing.assert_allclose(token_pass(TEXT, prompted).vectors[-50:], by_hand[-51:-1], atol=2e-3)


def assert_window_is_whole(model: SentenceTransformerModel, text: str) -> None:
    """One window, all that stands around it included, pools to the model's own vector."""
    tokens = model.tokenize(text)
    read = model.encode_windows(tokens.ids[None, :])[0]
    assert len(read) == model.tokens_before + len(tokens.ids) + 1 <= model.info.token_limit
    assert cosine(read.mean(axis=0), model.encode_passages([text])[0]) > 0.9999
    assert cosine(read.mean(axis=0), model.encode_passages([TEXT[100:140]])[0]) < 0.99


def test_one_whole_window_with_prefix_and_special_tokens_is_the_models_own_vector(
    prompted: SentenceTransformerModel,
) -> None:
    assert_window_is_whole(prompted, TEXT[:700])


def test_one_whole_window_of_a_roberta_is_its_own_vector(roberta: SentenceTransformerModel) -> None:
    assert_window_is_whole(roberta, TEXT[:40])


def test_a_text_in_one_window_is_pooled_from_its_own_tokens_alone(prompted: SentenceTransformerModel) -> None:
    text = TEXT[:700]
    own = prompted.encode_windows(prompted.tokenize(text).ids[None, :])[0][prompted.tokens_before : -1].mean(axis=0)
    assert cosine(token_pass(text, prompted).pool([Span(0, len(text))])[0], own) > 0.9999


def test_a_given_prefix_goes_before_the_models_own_and_an_empty_one_is_none(
    prompted: SentenceTransformerModel, copied: SentenceTransformerModel
) -> None:
    model = loaded(Path(prompted.spec), query_prefix="", passage_prefix="text: ")
    assert (model.info.query_prefix, model.info.passage_prefix) == ("", "text: ")
    np.testing.assert_allclose(model.encode_queries(SENTENCES), copied.encode_queries(SENTENCES), atol=1e-6)


def test_a_prefix_that_leaves_no_room_says_how_long_it_is(tmp_path: Path) -> None:
    folder = altered_minilm(tmp_path / "model")
    assert "takes 302 tokens, and model reads 256" in refused(folder, passage_prefix="otter " * 300)
    assert "takes 302 tokens" in refused(folder, query_prefix="otter " * 300)


def test_the_built_in_model_takes_prefixes_too(built_in: MiniLM, capsys: pytest.CaptureFixture[str]) -> None:
    model = vectors_of(ModelChoice("MiniLM", passage_prefix="passage: ")).model
    model.load_info()
    assert (model.info.query_prefix, model.info.passage_prefix, model.text_tokens) == ("", "passage: ", 252)
    assert model.info.fingerprint != built_in.info.fingerprint
    by_hand = built_in.encode_passages([f"passage: {text}" for text in SENTENCES])
    np.testing.assert_allclose(model.encode_passages(SENTENCES), by_hand, atol=1e-6)


def assert_exported(model: EmbeddingModel) -> None:
    """The line for LlamaIndex makes a model of the same vectors."""
    code = model.llama_index_code()
    names: dict[str, Any] = {}
    exec("\n".join([*code.imports, code.lines]), names)
    texts = [TEXT, *SENTENCES]  # the first is longer than any limit
    own = np.array(names["embed_model"].get_text_embedding_batch(texts))
    np.testing.assert_allclose(own, model.encode_passages(texts), atol=1e-5)
    own = np.array(names["embed_model"].get_query_embedding(QUESTION))
    np.testing.assert_allclose(own, model.encode_queries([QUESTION])[0], atol=1e-5)


def test_the_exported_line_gives_the_same_vectors(
    copied: SentenceTransformerModel, prompted: SentenceTransformerModel
) -> None:
    with_prefixes = vectors_of(ModelChoice(query_prefix="q: ", passage_prefix="p: ")).model
    with_prefixes.load_info()
    for model in (copied, prompted, with_prefixes):
        assert_exported(model)
        assert "max_length" not in model.llama_index_code().lines


def test_the_exported_line_has_a_limit_that_the_files_do_not_name(roberta: SentenceTransformerModel) -> None:
    assert_exported(roberta)
    assert "max_length=64" in roberta.llama_index_code().lines


@pytest.mark.parametrize(("asked", "limit"), [(128, 128), (512, 512), (2048, 512)])
def test_the_token_limit_is_the_models_own_as_far_as_its_positions_go(asked: int, limit: int, tmp_path: Path) -> None:
    config = {"sentence_bert_config.json": {"max_seq_length": asked, "do_lower_case": False}}
    model = in_float32(loaded(altered_minilm(tmp_path / "model", config)))
    assert (model.info.token_limit, model.text_tokens) == (limit, limit - 2)
    ids = model.tokenize(TEXT).ids
    assert model.count_tokens([TEXT, "otter"]) == [limit, 3]
    whole, read = model.encode_passages([TEXT])[0], hidden(model_folder(), [101, *ids[: limit - 2].tolist(), 102])
    assert cosine(whole, read.mean(axis=0)) > 0.9999
    vectors = token_pass(TEXT, model).vectors
    np.testing.assert_allclose(vectors[:50], read[1:51], atol=2e-3)


def test_robertas_positions_and_special_tokens_are_its_own(roberta: SentenceTransformerModel) -> None:
    assert (roberta.info.token_limit, roberta.text_tokens, roberta.tokens_before) == (64, 62, 1)
    ids = roberta.tokenize(TEXT).ids.tolist()
    first = hidden(roberta._folder, [0, *ids[:62], 2])
    assert cosine(roberta.encode_passages([TEXT])[0], first.mean(axis=0)) > 0.9999
    np.testing.assert_allclose(token_pass(TEXT, roberta).vectors[:30], first[1:31], atol=5e-3)
    last = hidden(roberta._folder, [0, *ids[-62:], 2])
    np.testing.assert_allclose(token_pass(TEXT, roberta).vectors[-30:], last[-31:-1], atol=5e-3)


def test_robertas_tokens_stand_where_the_text_says(roberta: SentenceTransformerModel) -> None:
    text = "Otters hold  hands.\n\nCafé 文 🦦 eat"
    tokens = roberta.tokenize(text)
    assert (np.diff(tokens.starts) >= 0).all()
    assert (np.diff(tokens.ends) >= 0).all()
    covered = np.zeros(len(text), bool)
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert 0 <= start <= end <= len(text)
        covered[start:end] = True
    assert all(covered[i] for i, char in enumerate(text) if not char.isspace())
    pooled = token_pass(text, roberta).pool([Span(0, 6), Span(22, len(text))])
    np.testing.assert_allclose(np.linalg.norm(pooled, axis=1), 1, atol=1e-5)


def test_lower_precision_for_documents_leaves_texts_in_float32(copied: SentenceTransformerModel) -> None:
    import torch

    before = copied.encode_passages(SENTENCES)
    token_pass(TEXT, copied)
    assert {parameter.dtype for parameter in copied._transformer.parameters()} == {torch.float32}
    np.testing.assert_array_equal(copied.encode_passages(SENTENCES), before)


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
        assert "not a transformer" in model.info.only_per_chunk
        assert (model.info.dimensions, model.info.token_limit, model.text_tokens) == (8, None, None)
        [column] = compare([document], QUESTION, [preset("baseline")], vectors=Vectors(model)).columns
        assert column.hits
        assert column.counts.tokens_beyond_limit is None
        assert column.counts.model_tokens > 300


@pytest.mark.parametrize(
    ("files", "without", "sentence"),
    [
        ({}, ("config.json", "modules.json"), "neither modules.json nor config.json"),
        ({}, ("config.json",), "could not be loaded"),
        ({"config.json": []}, (), "could not be loaded"),
        ({"config.json": {"model_type": "otter"}}, (), "otter"),
        ({"modules.json": {"a": 1}}, (), "could not be loaded"),
        ({"modules.json": [{"idx": 0, "name": "0", "path": "", "type": "os.path"}]}, (), "program code of its own"),
        ({}, ("1_Pooling",), "could not be loaded"),
        ({}, (WEIGHTS,), "no file named model.safetensors"),
        ({}, ("tokenizer.json", "vocab.txt"), "knows no words"),
    ],
)
def test_a_folder_that_is_no_model_is_one_sentence(
    files: dict[str, Any], without: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    message = refused(altered_minilm(tmp_path / "model", files, without=without))
    assert sentence in message
    assert str(tmp_path / "model") in message


@pytest.mark.parametrize("kind", ["garbage", "cut short", "empty"])
@pytest.mark.parametrize("name", [WEIGHTS, "pytorch_model.bin"])
def test_damaged_weights_are_one_sentence(kind: str, name: str, tmp_path: Path) -> None:
    folder = altered_minilm(tmp_path / "model", without=(WEIGHTS,))
    whole = (model_folder() / WEIGHTS).open("rb").read(2_000_000)
    (folder / name).write_bytes({"garbage": b"otter" * 9000, "cut short": whole, "empty": b""}[kind])
    message = refused(folder)
    assert "could not be loaded" in message
    assert "get this one anew" in message


def test_weights_that_do_not_fit_the_description_are_one_sentence(tmp_path: Path) -> None:
    config = json.loads((model_folder() / "config.json").read_text(encoding="utf-8"))
    deeper = altered_minilm(tmp_path / "deeper", {"config.json": config | {"num_hidden_layers": 8}})
    assert "32 of its weights are missing" in refused(deeper)
    narrower = altered_minilm(tmp_path / "narrower", {"config.json": config | {"hidden_size": 192}})
    assert "other shapes than its config.json says" in refused(narrower)


@pytest.mark.parametrize("source", ["/no/such/folder", "./nowhere", "~nobody-here/model", "a/b/c", "no\\where"])
def test_a_folder_that_is_not_there_is_one_sentence(source: str) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        SentenceTransformerModel(source).wait()


@pytest.mark.parametrize("source", ["", "  ", "openai:", "openai: "])
def test_no_name_at_all_is_one_sentence(source: str) -> None:
    with pytest.raises(UserError, match="No embedding model is named"):
        vectors_of(ModelChoice(source))


@pytest.mark.parametrize("source", ["what a name!", "x/..", "a--b/c", "otter\0", "o" * 5000])
def test_a_name_that_cannot_be_one_is_one_sentence(source: str) -> None:
    with pytest.raises(UserError, match="is not the name of a model"):
        SentenceTransformerModel(source).wait()


def test_a_mended_folder_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag_core.embeddings.base._REST_S", 0.0)
    folder = altered_minilm(tmp_path / "model", without=(WEIGHTS,))
    choice = ModelChoice(str(folder))
    for _ in range(2):
        with pytest.raises(UserError, match="could not be loaded"):
            vectors_of(choice).model.load_info()
    (folder / WEIGHTS).symlink_to(model_folder() / WEIGHTS)
    vectors = vectors_of(choice)
    vectors.model.load_info()
    assert vectors.model.ready
    assert vectors_of(choice) is vectors


def test_what_failed_a_moment_ago_is_not_tried_at_every_click(tmp_path: Path) -> None:
    choice = ModelChoice(str(altered_minilm(tmp_path / "model", without=(WEIGHTS,))))
    first = vectors_of(choice)
    with pytest.raises(UserError, match="could not be loaded"):
        first.model.load_info()
    assert vectors_of(choice) is first


def test_fingerprints_tell_models_apart_by_what_makes_their_vectors(
    copied: SentenceTransformerModel, cls: SentenceTransformerModel, prompted: SentenceTransformerModel, tmp_path: Path
) -> None:
    again = loaded(altered_minilm(tmp_path / "again"))
    assert again.info.fingerprint == copied.info.fingerprint
    weights = bytearray((model_folder() / WEIGHTS).read_bytes())
    weights[-1] ^= 1
    other = altered_minilm(tmp_path / "other", without=(WEIGHTS,))
    (other / WEIGHTS).write_bytes(weights)
    length = altered_minilm(tmp_path / "length", {"sentence_bert_config.json": {"max_seq_length": 128}})
    models: list[EmbeddingModel] = [copied, cls, prompted, loaded(other), loaded(length)]
    models += [loaded(tmp_path / "again", **{f"{role}_prefix": "x: "}) for role in ("query", "passage")]
    assert len({model.info.fingerprint for model in models}) == len(models)


SEARCHING = "Represent this sentence for searching relevant passages: "


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/e5-small-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
        ("/models/multilingual-e5-base/", "query: ", "passage: "),
        ("E5-Base", "query: ", "passage: "),
        ("BAAI/bge-small-en-v1.5", SEARCHING, ""),
        ("C:\\models\\bge-large-en", SEARCHING, ""),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("Snowflake/snowflake-arctic-embed-m", SEARCHING, ""),
        ("mixedbread-ai/mxbai-embed-large-v1", SEARCHING, ""),
        ("BAAI/bge-m3", "", ""),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", "", ""),
        ("sentence-transformers/all-mpnet-base-v2", "", ""),
        ("my/rocke5-small", "", ""),
        ("my/bge-small-en-v1.5-finetuned-for-otters", "", ""),
    ],
)
def test_known_models_get_the_prefixes_of_their_cards(name: str, query: str, passage: str) -> None:
    assert known_prefixes(name) == Prefixes(query, passage)


def test_an_instructed_model_gets_its_instruction_before_questions_only() -> None:
    query, passage = known_prefixes("intfloat/multilingual-e5-large-instruct")
    assert query.startswith("Instruct: ")
    assert query.endswith("\nQuery: ")
    assert passage == ""


def test_a_models_own_prompts_go_before_the_table(tmp_path: Path) -> None:
    named = loaded(altered_minilm(tmp_path / "e5-small-v2"))
    assert (named.info.query_prefix, named.info.passage_prefix) == ("query: ", "passage: ")
    own = {"config_sentence_transformers.json": {"prompts": {"query": "ask: ", "document": ""}}}
    asking = loaded(altered_minilm(tmp_path / "own" / "e5-small-v2", own))
    assert (asking.info.query_prefix, asking.info.passage_prefix) == ("ask: ", "")
    assert saved_prefixes({"query": None, "document": "", "corpus": "doc: "}) == Prefixes("", "doc: ")


def test_the_command_line_takes_a_folder_and_prefixes(
    prompted: SentenceTransformerModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "note.txt").write_text(TEXT[:300], encoding="utf-8")
    command = ["compare", str(tmp_path / "note.txt"), "-q", QUESTION, "--strategy", "baseline", "--json"]
    scores = []
    for options in ([], ["--query-prefix", ""], ["--passage-prefix", "p: "]):
        assert main([*command, "--embedding-model", prompted.spec, *options]) == 0
        values = json.loads(capsys.readouterr().out)
        assert values["embedding_model"] == "prompted"
        scores.append(values["columns"][0]["hits"][0]["score"])
    assert len(set(scores)) == 3
    assert main([*command, "--embedding-model", str(tmp_path / "nowhere")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip().splitlines()[-1].startswith("There is no folder")
