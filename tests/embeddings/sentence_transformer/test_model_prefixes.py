"""Prefixes: a model's own prompts, those of the table, and those that a user gives."""

import json
from pathlib import Path

import numpy as np
import pytest

from rag_core.cli.main import main
from rag_core.embeddings.choice import ModelChoice, vectors_of
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.minilm import MiniLM
from rag_core.embeddings.prefixes import Prefixes, known_prefixes, saved_prefixes
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.text.tokenizers.minilm import model_folder
from tests.embeddings.sentence_transformer.loading import (
    QUESTION,
    SENTENCES,
    TEXT,
    hidden,
    loaded,
    refused,
)
from tests.fakes.made_models import altered_minilm


def test_a_models_prompts_are_prepended_to_questions_and_passages(
    prompted: SentenceTransformerModel, built_in: MiniLM
) -> None:
    assert (prompted.info.query_prefix, prompted.info.passage_prefix) == ("query: ", "passage: ")
    plain, by_hand = (built_in.encode_passages([before + text for text in SENTENCES]) for before in ("", "passage: "))
    np.testing.assert_allclose(prompted.encode_passages(SENTENCES), by_hand, atol=1e-6)
    assert np.abs(plain - by_hand).max() > 0.01
    np.testing.assert_allclose(
        prompted.encode_queries([QUESTION]), built_in.encode_queries([f"query: {QUESTION}"]), atol=1e-6
    )


def test_a_passage_prefix_is_prepended_to_every_window_and_shortens_it(prompted: SentenceTransformerModel) -> None:
    prefix = prompted.tokenize("passage:").ids.tolist()
    assert (prompted.tokens_before, prompted.text_tokens) == (1 + len(prefix), 254 - len(prefix))
    ids = prompted.tokenize(TEXT).ids.tolist()
    assert len(ids) > 2 * 254
    last = ids[-(254 - len(prefix)) :]
    by_hand = hidden(model_folder(), [101, *prefix, *last, 102])
    np.testing.assert_allclose(token_pass(TEXT, prompted).vectors[-50:], by_hand[-51:-1], atol=2e-3)


def test_a_given_prefix_replaces_the_models_own_even_an_empty_one(
    prompted: SentenceTransformerModel, copied: SentenceTransformerModel
) -> None:
    model = loaded(Path(prompted.spec), query_prefix="", passage_prefix="text: ")
    assert (model.info.query_prefix, model.info.passage_prefix) == ("", "text: ")
    np.testing.assert_allclose(model.encode_queries(SENTENCES), copied.encode_queries(SENTENCES), atol=1e-6)


def test_a_prefix_that_leaves_no_room_says_how_long_it_is(tmp_path: Path) -> None:
    folder = altered_minilm(tmp_path / "model")
    assert "has 302 tokens, and the limit of model is 256" in refused(folder, passage_prefix="otter " * 300)
    assert "has 302 tokens" in refused(folder, query_prefix="otter " * 300)


def test_the_built_in_model_takes_prefixes_too(built_in: MiniLM, capsys: pytest.CaptureFixture[str]) -> None:
    model = vectors_of(ModelChoice("MiniLM", passage_prefix="passage: ")).model
    model.load_info()
    assert (model.info.query_prefix, model.info.passage_prefix, model.text_tokens) == ("", "passage: ", 252)
    assert model.info.fingerprint != built_in.info.fingerprint
    by_hand = built_in.encode_passages([f"passage: {text}" for text in SENTENCES])
    np.testing.assert_allclose(model.encode_passages(SENTENCES), by_hand, atol=1e-6)


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


def test_a_models_own_prompts_take_precedence_over_the_table(tmp_path: Path) -> None:
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
