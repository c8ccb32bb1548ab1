"""Every strategy's program is tidy, runnable code that needs nothing of this project."""

import ast
import itertools
import json
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from itertools import takewhile
from types import ModuleType
from typing import get_args

import pytest
from packaging.requirements import Requirement

from rag_core.embeddings.pooling import Pooling
from rag_core.errors import UserError
from rag_core.exports import llama_index_program
from rag_core.parts import SLOTS, build, kinds
from rag_core.parts.parser import Parser, get_parser
from rag_core.parts.parser.vision import Vision
from rag_core.strategy import Strategy, preset_names
from rag_core.strategy.specs import preset
from rag_core.text.tokenizers import tokenizer_names

WRITTEN = "reference.kind=metadata,reference.writer=llm"
FURTHER = [
    "budget.hits=3",
    WRITTEN,
    f"{WRITTEN},reference.questions=0",
    "chunker.kind=sentence,chunker.min_chunk_tokens=40",
    "chunker.kind=recursive,chunker.min_chunk_tokens=40,chunker.separators=langchain",
    "reference.kind=windows,reference.window_tokens=100,budget.kind=tokens",
    "reference.kind=windows,budget.kind=distinct_parents,budget.hits=3",
    "search.kind=hybrid,search.fusion=rrf",
    "search.kind=bm25,search.stemmed=false,search.language=finnish",
    "search.kind=hybrid,search.stemmed=false,search.language=german",
    "search.kind=bm25,search.numbers_lengthen=false",
    "budget.min_score=0.25",
]
PARTS = [*(f"{slot}.kind={kind}" for slot in SLOTS for kind in kinds(slot)), *FURTHER]


POOLINGS, READINGS = get_args(Pooling), [*itertools.product(tokenizer_names(), (False, True))]
PAIRS = [(i + j, f"{name}:{part}") for i, name in enumerate(preset_names()) for j, part in enumerate(PARTS)]


def with_a_pooling(number: int, spec: str) -> str:
    """The SPEC with one of the poolings, if its search has any: with another preset, a part gets another one."""
    pools = "pooling" in type(preset(spec).search).model_fields
    return f"{spec},search.pooling={POOLINGS[number % len(POOLINGS)]}" if pools else spec


COMBINATIONS = {with_a_pooling(number, spec): READINGS[number % len(READINGS)] for number, spec in PAIRS}


def remedy_of(strategy: Strategy) -> tuple[str, str] | None:
    """What a refusal must name, and the SPEC's fields that it must advise; None for what must be exported."""
    search, rerank = strategy.search.kind, strategy.rerank.kind
    reference, query = strategy.reference.kind, strategy.query.kind
    if search == "everything" and reference not in ("itself", "section_context", "llm_context"):
        return f"search.kind={search}", "reference.kind=itself"
    if search == "everything" and rerank != "none":
        return f"search.kind={search}", "rerank.kind=none"
    beyond = {
        "mmr": query != "none" or (reference == "windows" and len(strategy.reference.window_tokens) > 1),
        "late_interaction": reference == "windows",
        "cross_encoder": reference == "windows",
        "llm": reference in ("sentence_window", "hierarchy"),
    }
    return (f"rerank.kind={rerank}", "rerank.kind=none") if beyond.get(rerank) else None


EXPORTED = [spec for spec in COMBINATIONS if remedy_of(preset(spec)) is None]
REFUSED = [spec for spec in COMBINATIONS if remedy_of(preset(spec))]


@cache
def program_of(spec: str) -> str:
    tokenizer, plain_text = COMBINATIONS[spec]
    return llama_index_program(preset(spec), tokenizer, plain_text=plain_text)


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def assert_is_of_its_own(source: str) -> None:
    tree = ast.parse(source)
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(module.startswith("rag_core") for module in modules)
    assert "Settings" not in names_in(tree)


@pytest.mark.parametrize("spec", EXPORTED)
def test_it_is_a_program_of_its_own(spec):
    assert_is_of_its_own(program_of(spec))


@pytest.mark.parametrize("name", preset_names())
def test_in_every_tokenizer_and_pooling(name):
    poolings = POOLINGS if "pooling" in type(preset(name).search).model_fields else [None]
    for pooling, (tokenizer, plain_text) in itertools.product(poolings, READINGS):
        strategy = preset(f"{name}:search.pooling={pooling}" if pooling else name)
        assert_is_of_its_own(llama_index_program(strategy, tokenizer, plain_text=plain_text))


@pytest.mark.parametrize("spec", REFUSED)
def test_what_is_refused_says_why_and_what_to_choose(spec):
    """What it advises can be exported, or is refused for a reason of its own."""
    reason, remedy = remedy_of(preset(spec))
    with pytest.raises(UserError, match=r"cannot be exported|can be exported only") as refused:
        program_of(spec)
    assert str(refused.value).startswith(reason)
    assert remedy in str(refused.value).partition("Choose ")[2]
    slot, kind = remedy.split(".kind=")
    advised = preset(spec).model_copy(update={slot: build(slot, {"kind": kind})})
    assert remedy_of(advised) != (reason, remedy)
    if remedy_of(advised) is None:
        assert_is_of_its_own(llama_index_program(advised))


def test_every_preset_and_every_part_of_the_baseline_are_exported():
    assert not [spec for spec in [*preset_names(), *(f"baseline:{part}" for part in PARTS)] if remedy_of(preset(spec))]


def test_it_is_formatted_and_has_nothing_unused(tmp_path):
    for i, spec in enumerate(EXPORTED):
        (tmp_path / f"program_{i}.py").write_text(program_of(spec), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    rules = ["--isolated", "--line-length", "120", "--select", "E,F,W,I,B,UP,SIM,C4,RET,PIE"]
    check = subprocess.run([*ruff, "check", *rules, str(tmp_path)], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout
    layout = ["--isolated", "--line-length", "120", "--check"]
    formatted = subprocess.run([*ruff, "format", *layout, str(tmp_path)], capture_output=True, text=True)
    assert formatted.returncode == 0, formatted.stdout


def test_fields_are_constants_at_the_top():
    source = llama_index_program(preset("chunk_references:chunker.chunk_tokens=300,reference.child_tokens=50+100"))
    head = source.partition("\ndef ")[0]
    for line in ["CHUNK_TOKENS = 300", "OVERLAP_TOKENS = 20", "CHILD_TOKENS = (50, 100)", "ENTRIES_SEARCHED = 10"]:
        assert line in head.splitlines()


def test_only_what_the_strategy_needs():
    source = llama_index_program(preset("baseline:search.pooling=per_chunk"))
    assert len(source.splitlines()) < 80
    assert not [word for word in ("nltk", "sentencex", "sklearn", "IndexNode", "late") if word in source]


def test_windows_overlap_as_the_strategy_says():
    source = llama_index_program(preset("baseline:search.pooling=late,search.window_overlap_percent=10"))
    assert "WINDOW_OVERLAP_PERCENT = 10" in source.splitlines()


@pytest.mark.parametrize(
    ("spec", "extra"),
    [
        ("baseline", set()),
        ("baseline:budget.kind=tokens", {"sentencex"}),
        ("metadata_references", {"sentencex", "scikit-learn"}),
    ],
)
def test_it_says_what_to_install(spec, extra):
    docstring = ast.get_docstring(ast.parse(llama_index_program(preset(spec))))
    lines = docstring.partition("Requirements")[2].splitlines()[2:]
    required = [Requirement(line) for line in takewhile(str.strip, lines)]
    assert all(need.specifier.contains(version(need.name)) for need in required)
    names = {need.name for need in required}
    assert "llama-index-embeddings-huggingface" in names
    assert names & {"nltk", "sentencex", "scikit-learn"} == extra


@pytest.mark.parametrize(
    ("parser", "option", "needs"),
    [
        (get_parser("transcript"), "transcript", "The transcripts must have been loaded on the machine"),
        (get_parser("vision:pages=2"), "vision:pages=2", "have been read on the machine by the language model"),
        (
            Vision(prompt='Say """ now, = \\ please'),
            "vision:...",
            "have been read on the machine by the language model",
        ),
    ],
)
def test_what_has_no_counterpart_says_how_the_text_is_got(parser: Parser, option: str, needs: str) -> None:
    program = llama_index_program(preset("baseline").model_copy(update={"parser": parser}))
    docstring = " ".join((ast.get_docstring(ast.parse(program)) or "").split())
    assert "LlamaIndex has no reader that gives the text of the parser" in docstring
    assert f"parse DOC --parser {option} --json" in docstring
    assert needs in docstring
    [named] = re.findall(r'"--parser", ("(?:[^"\\]|\\.)*")', program)
    assert get_parser(ast.literal_eval(named)) == parser


@pytest.mark.parametrize(("kind", "option"), [("default", ""), ("pdfium", " --parser pdfium")])
def test_it_says_how_to_get_the_text(kind, option):
    docstring = ast.get_docstring(ast.parse(llama_index_program(preset(f"baseline:parser.kind={kind}"))))
    assert f"`python -m rag_core parse DOC{option} --json`" in " ".join(docstring.split())


def test_a_name_from_a_file_stays_inside_the_docstring():
    hostile = '"""\nimport os\nos.system("true")\n"""\\'
    strategy = Strategy(**{**dict(preset("baseline")), "name": hostile})
    first, *rest = ast.parse(llama_index_program(strategy)).body
    assert isinstance(first, ast.Expr)
    assert isinstance(first.value, ast.Constant)
    plain = ast.parse(llama_index_program(preset("baseline"))).body
    assert list(map(ast.dump, rest)) == list(map(ast.dump, plain[1:]))


def test_it_prints_json_alone_even_where_llama_index_warns(tmp_path, monkeypatch, capsys):
    (tmp_path / "text.txt").write_text("Bees make honey. " * 40, encoding="utf-8")
    program = ModuleType("program")
    spec = "chunk_references:chunker.chunk_tokens=48,reference.child_tokens=24,reference.overlap_tokens=0"
    exec(compile(llama_index_program(preset(spec)), "program", "exec"), program.__dict__)
    monkeypatch.setattr(sys, "argv", ["program.py", str(tmp_path / "text.txt"), "What do bees make?"])
    program.main()
    printed = capsys.readouterr()
    assert json.loads(printed.out)[0]["rank"] == 1
    assert "chunk size" in printed.err
