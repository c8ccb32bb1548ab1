"""`evaluate` and its command: metrics counted by hand, the JSON that DESIGN promises, and exit codes."""

import csv
import json
import re
from statistics import fmean

import pytest

from rag_core import UserError, evaluate, preset, read_questions
from rag_core.cli.main import main
from rag_core.evaluation.metrics import precision_omega
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from rag_core.strategy.specs import strategy_from_json
from rag_core.text.tokenizers import get_tokenizer
from tests.resources import RESOURCES

BEES = [
    "The village keeps its bees on the southern slope, where the lime trees flower late.",
    "Honey is harvested twice a year, and the first harvest falls in the last days of May.",
]
TRAINS = [
    "The night train to the coast leaves from platform four at ten minutes past eleven.",
    "Tickets for the sleeping car are sold at the counter in the hall until ten o'clock.",
]
SPEC = "baseline:chunker.chunk_tokens=24,chunker.overlap_tokens=0,budget.hits={}"
ASKED = [("When is honey harvested?", BEES[1], "bees"), ("Where does the night train leave?", TRAINS[0], "trains")]
TEXTS = {"bees": "\n\n".join(BEES), "trains": "\n\n".join(TRAINS)}


@pytest.fixture
def documents(text_document):
    return [text_document(text, f"{name}.md") for name, text in TEXTS.items()]


@pytest.fixture
def folder(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8", newline="")
    with (tmp_path / "questions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["question", "references", "corpus_id"])
        for text, content, corpus in ASKED:
            start = TEXTS[corpus].index(content)
            reference = {"content": content, "start_index": start, "end_index": start + len(content)}
            writer.writerow([text, json.dumps([reference]), corpus])
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Runs the command in the folder: gives the exit code, standard output and standard error."""

    def run(*arguments, documents=("bees.md", "trains.md"), questions="questions.csv"):
        paths = [str(folder / name) for name in documents]
        code = main(["evaluate", *paths, "--questions", str(folder / questions), *arguments])
        return code, *capsys.readouterr()

    return run


def questions_of(folder):
    return read_questions(folder / "questions.csv")


def test_one_hit_that_is_the_gold(documents, folder, model_vectors):
    result = evaluate(documents, questions_of(folder), [preset(SPEC.format(1))], vectors=model_vectors)
    [measured] = result.strategies
    assert (measured.recall, measured.precision, measured.iou, measured.precision_omega) == (1, 1, 1, 1)
    assert (measured.questions, measured.counts.hits, measured.counts.chunks) == (2, 1, 4)


def test_all_hits_of_both_documents_count(documents, folder, model_vectors):
    result = evaluate(documents, questions_of(folder), [preset(SPEC.format(4))], vectors=model_vectors)
    [measured] = result.strategies
    everything = sum(map(len, BEES + TRAINS))
    expected = [len(content) / everything for _, content, _ in ASKED]
    assert [share.precision for share in measured.per_question] == pytest.approx(expected)
    assert [share.id for share in measured.per_question] == [question.id for question in result.questions]
    assert (measured.recall, measured.precision) == (1, pytest.approx(fmean(expected)))
    assert measured.counts.context_tokens == sum(map(get_tokenizer("cl100k").count, BEES + TRAINS))


def test_a_chunk_hit_twice_counts_twice_in_precision_and_once_in_context(documents, folder, model_vectors):
    spec = "chunk_references:chunker.chunk_tokens=24,chunker.overlap_tokens=0,reference.child_tokens=16,"
    spec += "reference.overlap_tokens=0,budget.kind=hits,budget.hits=2"
    result = evaluate(documents, questions_of(folder), [preset(spec)], vectors=model_vectors)
    [measured] = result.strategies
    assert (measured.recall, measured.precision, measured.counts.hits) == (1, 0.5, 2)
    count = get_tokenizer("cl100k").count
    assert measured.counts.context_tokens == fmean([count(BEES[1]), count(TRAINS[0])])


def test_a_strategy_has_the_same_metrics_alone_and_beside_another(documents, folder, model_vectors):
    specs = [preset(SPEC.format(hits)) for hits in (1, 2)]
    together = evaluate(documents, questions_of(folder), specs, vectors=model_vectors).strategies
    for strategy, beside in zip(specs, together, strict=True):
        [alone] = evaluate(documents, questions_of(folder), [strategy], vectors=model_vectors).strategies
        assert alone.per_question == beside.per_question


def test_another_tokenizer_measures_sizes(documents, folder, model_vectors):
    result = evaluate(documents, questions_of(folder), [preset("baseline")], tokenizer="minilm", vectors=model_vectors)
    assert result.tokenizer == "minilm"


def test_no_document_and_no_strategy_are_refused(documents, folder):
    with pytest.raises(UserError, match="no document"):
        evaluate([], questions_of(folder), [preset("baseline")])
    with pytest.raises(UserError, match="no strategy"):
        evaluate(documents, questions_of(folder), [])


def test_the_shape_of_the_json(run):
    code, out, _ = run("--strategy", SPEC.format(2), "--strategy", "chunk_references", "--json")
    made = json.loads(out)
    assert code == 0
    assert set(made) == {"documents", "tokenizer", "embedding_model", "questions", "skipped", "strategies"}
    assert [question["question"] for question in made["questions"]] == [question for question, _, _ in ASKED]
    assert [question["document"] for question in made["questions"]] == [d["id"] for d in made["documents"]]
    assert made["questions"][0]["gold"] == [[len(BEES[0]) + 2, len(TEXTS["bees"])]]
    for measured, spec in zip(made["strategies"], [SPEC.format(2), "chunk_references"], strict=True):
        assert strategy_from_json(measured["strategy"]) == preset(spec)
        assert measured["questions"] == len(measured["per_question"]) == 2
        for share in ("recall", "precision", "iou", "precision_omega"):
            assert 0 <= measured[share] <= 1
            assert measured[share] == pytest.approx(fmean(one[share] for one in measured["per_question"]))
        assert set(measured["timings_ms"]) == {"parse_ms", "chunk_ms", "embed_ms", "search_ms", "answer_ms"}
        assert {"chunks", "entries", "context_tokens", "tokens_beyond_limit"} <= set(measured["counts"])


def test_the_table(run):
    code, out, _ = run("--strategy", SPEC.format(1), "--strategy", SPEC.format(2))
    head, one, two = out.splitlines()
    assert code == 0
    columns = ["strategy", "questions", "context tokens", "recall", "precision", "IoU", "pooled precision"]
    assert re.split(" {2,}", head)[: len(columns)] == columns
    assert one.startswith("baseline: sentence 24/0 · itself · dense, late · 1 hit ")
    count = get_tokenizer("cl100k").count
    tokens = fmean([count(BEES[1]), count(TRAINS[0])])
    assert re.split(" {2,}", one)[1:7] == ["2", f"{tokens:.0f}", *["100.0 %"] * 4]
    assert len(head) == len(one) == len(two)


def test_skipped_questions_are_reported(run):
    code, out, err = run("--strategy", SPEC.format(1), "--json", documents=["bees.md"])
    made = json.loads(out)
    assert (code, made["strategies"][0]["questions"], made["skipped"]) == (0, 1, {"trains": 1})
    assert err.splitlines()[-1] == "1 question was skipped: about trains, while the documents are bees.md."


def test_a_missed_threshold_is_exit_code_1_after_the_result(run):
    specs = ["--strategy", SPEC.format(1), "--strategy", SPEC.format(4)]
    code, out, err = run(*specs, "--fail-under", "recall=1", "--fail-under", "IoU=0.5", "--json")
    assert (code, len(json.loads(out)["strategies"])) == (1, 2)
    assert err.splitlines()[-1] == (
        "Not reached: iou 0.2508 of baseline (sentence 24/0 · itself · dense, late · 4 hits) is under 0.5."
    )
    assert run(*specs, "--fail-under", "recall=1")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (["--fail-under", "hits=0.5"], {}, "'hits=0.5' is not a threshold: write METRIC=VALUE"),
        (["--fail-under", "recall=85"], {}, "the value must be a number from 0 to 1, such as recall=0.85."),
        (["--fail-under", "recall=nan"], {}, "is not a threshold"),
        (["--fail-under", "recall"], {}, "is not a threshold"),
        (["--strategy", "none"], {}, "There is no strategy 'none'"),
        ([], {"questions": "none.csv"}, "none.csv could not be read"),
        ([], {"questions": "bees.md"}, "bees.md lacks the column question"),
        ([], {"documents": ["none.md"]}, "There is no file"),
        (
            [],
            {"documents": ["questions.csv"]},
            "None of the 2 questions is about a given document",
        ),
    ],
)
def test_what_the_user_can_fix_is_exit_code_2(arguments, options, message, run):
    code, out, err = run("--strategy", SPEC.format(1), *arguments, **options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_a_strategy_must_be_named(run):
    code, _, err = run()
    assert code == 2
    assert "--strategy" in err


@pytest.mark.parametrize("pooling", ["late", "per_chunk"])
def test_the_smallest_corpus_of_the_benchmark_against_a_direct_computation(pooling, shared_data, model_vectors):
    """The same figures from sets of characters, with a search of its own: every chunk's cosine, the five best."""
    from rag_core import open_document

    document = open_document(shared_data / "chunking" / "chatlogs.md")
    questions = read_questions(shared_data / "chunking" / "questions.csv")
    strategy = preset(f"baseline:chunker.chunk_tokens=256,budget.hits=5,search.pooling={pooling}")
    result = evaluate([document], questions, [strategy], vectors=model_vectors)
    measured = result.strategies[0]
    assert (measured.questions, result.skipped) == (56, {"state_of_the_union": 76, "wikitexts": 144})

    chunks = strategy.chunker.chunk(document, RESOURCES)
    matrix = model_vectors.passages([document.text[start:end] for start, end in chunks])
    if pooling == "late":
        matrix = model_vectors.token_vectors.read(document, strategy.search.window_overlap_percent).pool(chunks)
    asked = [question for question in questions if question.corpus == "chatlogs"]
    for question, shares in zip(asked, measured.per_question, strict=True):
        scores = matrix @ model_vectors.query(question.text)
        best = [chunks[i] for i in sorted(range(len(chunks)), key=lambda i: -scores[i])[:5]]
        gold = {i for reference in question.references for i in range(*reference.span)}
        common = len(gold & {i for span in best for i in range(*span)})
        taken = sum(end - start for start, end in best)
        assert shares.recall == pytest.approx(common / len(gold))
        assert shares.precision == pytest.approx(common / taken)
        assert shares.iou == pytest.approx(common / (taken + len(gold) - common))
        assert shares.precision_omega == precision_omega([r.span for r in question.references], chunks)


def test_a_question_about_another_text_is_refused(documents):
    question = Question("q1", "What?", "bees", (Reference(Span(0, 4), "Bees"),))
    with pytest.raises(UserError, match="1 of 1 reference differs"):
        evaluate(documents, [question], [preset("baseline")])
