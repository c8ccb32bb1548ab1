"""A question that is longer than the embedding model reads is said, with numbers, wherever the model reads it."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag_core import compare, evaluate, open_document, preset, read_questions
from rag_core.cli.main import main
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import PrefixedMiniLM
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.query_limits import QuerySize, query_size
from tests.fakes.embedding_server import Answer, EmbeddingServer, answer_well, error_answer

TEXT = "The last keeper left the lighthouse in 1968. A glacier is a river of ice."
COLUMNS = ["baseline:search.pooling=late", "baseline:search.pooling=per_chunk"]
PREFIX = "Instruct: find the passage that answers the question\nQuery: "


def words(count: int) -> str:
    """A question of so many tokens of MiniLM's."""
    return " ".join(["keeper"] * count)


def notices(question: str, vectors: Vectors, *specs: str) -> list[list[str]]:
    found = compare([Document.from_text(TEXT)], question, [preset(spec) for spec in specs], vectors=vectors)
    return [column.notices for column in found.columns]


def test_the_limit_of_a_question_includes_special_tokens(model_vectors: Vectors) -> None:
    assert notices(words(254), model_vectors, *COLUMNS) == [[], []]
    said = (
        "The question has 255 tokens, and MiniLM reads the first 254: its limit is 256 tokens, of which prefix and "
        "special tokens take 2. The rest, 1, is not searched for."
    )
    assert notices(words(255), model_vectors, *COLUMNS) == [[said], [said]]


@pytest.mark.parametrize(("count", "unread"), [(300, 46), (1200, 946)])
def test_what_lies_beyond_it_changes_nothing_but_the_notice(model_vectors: Vectors, count: int, unread: int) -> None:
    longer = f"{words(254)} {'glacier ' * (count - 254)}".strip()
    assert (model_vectors.query(longer) == model_vectors.query(words(254))).all()
    [[said]] = notices(longer, model_vectors, COLUMNS[0])
    assert f"has {count:,} tokens" in said
    assert said.endswith(f"The rest, {unread}, is not searched for.")


def test_a_prefix_takes_its_tokens_from_the_question() -> None:
    model = PrefixedMiniLM(query_prefix=PREFIX, passage_prefix=None)
    around = model.input_tokens("query", "")
    assert around > 10
    assert query_size(words(256 - around), "query", model) == QuerySize(256 - around, 256 - around)
    [[said]] = notices(words(250), Vectors(model), COLUMNS[1])
    assert f"has 250 tokens, and MiniLM with prefixes reads the first {256 - around}" in said
    assert query_size(words(300), "passage", model) == QuerySize(300, 254)


def test_a_search_without_vectors_reads_the_whole_question(model_vectors: Vectors, import_slot) -> None:
    toy = import_slot("search")
    assert [bool(said) for said in notices(words(400), model_vectors, COLUMNS[0], toy.spec)] == [True, False]


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()
    yield server
    server.close()


def test_a_limit_that_a_server_states_when_it_is_asked(server: EmbeddingServer) -> None:
    def refuse_long(texts: list[str]) -> Answer:
        longest = max(len(text.split()) for text in texts)
        message = f"This model's maximum context length is 100 tokens, however you requested {longest} tokens."
        return error_answer(400, message)(texts) if longest > 100 else answer_well(texts)

    server.answer = refuse_long
    [[said]] = notices(words(400), Vectors(OpenAIModel("short", base_url=server.address)), "baseline")
    tokens, read, unread = map(
        int, re.search(r"about (\d+) tokens, .* the first (\d+):.* rest, (\d+), is", said).groups()
    )
    assert (tokens, unread) == (400, 400 - read)
    assert 50 <= read <= 100


def test_where_a_server_states_no_limit_a_long_question_is_said_to_be_at_risk(server: EmbeddingServer) -> None:
    vectors = Vectors(OpenAIModel("silent", base_url=server.address))
    assert notices(words(300), vectors, "baseline") == [[]]
    [[said]] = notices(words(700), vectors, "baseline")
    assert said.startswith("The question has about 700 tokens. The token limit of silent at 127.0.0.1")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A document, and a set with a short question, and two that are too long."""
    (document := tmp_path / "keepers.txt").write_text(TEXT, encoding="utf-8")
    reference = {"content": TEXT[:44], "start_index": 0, "end_index": 44}
    with (questions := tmp_path / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [(words(count), json.dumps([reference]), "keepers.txt") for count in (9, 260, 320)]
        csv.writer(file).writerows([("question", "references", "corpus_id"), *rows])
    return str(document), str(questions)


def test_compare_says_it_in_the_json_and_once_on_standard_error(files, capsys) -> None:
    arguments = ["compare", files[0], "-q", words(300), "--strategy", "baseline", "--strategy", "chunk_references"]
    assert main([*arguments, "--json"]) == 0
    printed = capsys.readouterr()
    said = [column["notices"] for column in json.loads(printed.out)["columns"]]
    assert said[0] == said[1]
    [line] = [line for line in printed.err.splitlines() if "tokens" in line]
    assert line == f"baseline, chunk_references: {said[0][0]}"
    assert "has 300 tokens, and MiniLM reads the first 254" in line


def test_evaluate_says_which_questions_are_too_long(files, capsys, model_vectors: Vectors) -> None:
    document, questions = files
    assert main(["evaluate", document, "--questions", questions, "--strategy", "baseline", "--json"]) == 0
    printed = capsys.readouterr()
    [[said]] = [one["notices"] for one in json.loads(printed.out)["strategies"]]
    assert said == (
        "2 of 3 questions have more than the 254 tokens that MiniLM reads of a question, since its limit is 256 "
        "tokens, of which prefix and special tokens take 2: row 4 has 320, row 3 has 260. The rest of each is not "
        "searched for."
    )
    assert f"baseline: {said}" in printed.err.splitlines()
    only_short = evaluate([open_document(document)], read_questions(questions)[:1], [preset("baseline")])
    assert only_short.strategies[0].notices == []
