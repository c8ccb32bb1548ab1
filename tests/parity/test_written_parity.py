"""Exported programs give the same hits for texts of a language model, imported from a file or newly written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.llms.openai_like import OpenAILike

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from rag_core.pipeline.enrichment import export_json, forget_imported, import_json, missing, start_writing
from rag_core.strategy import Strategy
from tests.fakes.chat_server import ChatServer
from tests.fakes.fake_model import FakeModel, written
from tests.parity.agreement import HANDBOOK_QUESTIONS, assert_same_hits, found_by, program_of, retriever_of

SPEC = "metadata_references:reference.writer=llm,search.entries=6,chunker.chunk_tokens=300"
STRATEGIES = [
    f"{SPEC},reference.questions={questions},search.pooling={pooling}"
    for questions in (3, 0)
    for pooling in ("per_chunk", "late")
]
TEXT = "Otters sleep on their backs and hold hands. They eat sea urchins and crabs.\n\n" * 3


class SameWriter(CustomLLM):
    """A LlamaIndex LLM that writes the same texts as the fake model of the tests."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        return CompletionResponse(text=written(prompt))

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
        raise NotImplementedError


def assert_same(retriever: Any, document: Document, strategy: Strategy, vectors: Vectors) -> None:
    via = []
    for question in HANDBOOK_QUESTIONS:
        hits = compare([document], question, [strategy], vectors=vectors, llm=FakeModel("parity")).columns[0].hits
        assert_same_hits(hits, found_by(retriever, question), question)
        via += [via.kind for hit in hits for via in hit.via]
    assert {"summary", "question"} & set(via)


@pytest.mark.parametrize("spec", STRATEGIES)
def test_on_the_sample(spec: str, tmp_path: Path, first_pages: Document, embed_model: Any, vectors: Vectors) -> None:
    strategy = preset(spec)
    start_writing(strategy, [first_pages], FakeModel("parity"), vectors).wait()
    from_set, writing = program_of(strategy, first_pages), program_of(strategy, first_pages)
    exported = export_json(strategy, [first_pages], FakeModel("parity"), vectors)
    (tmp_path / "set.json").write_text(exported, encoding="utf-8")
    from_set.METADATA_FILE = str(tmp_path / "set.json")
    assert_same(retriever_of(from_set, first_pages, embed_model), first_pages, strategy, vectors)
    written_now = retriever_of(writing, first_pages, embed_model, SameWriter())
    assert_same(written_now, first_pages, strategy, vectors)


def test_with_a_real_server(
    chat_server: ChatServer,
    text_document: Callable[..., Document],
    embed_model: Any,
) -> None:
    program = program_of(preset(f"{SPEC},reference.questions=1,search.pooling=per_chunk"), text_document(TEXT))
    llm = OpenAILike(model=chat_server.model, api_base=chat_server.base_url, api_key="no-key", is_chat_model=True)
    [hit] = program.build_retriever(TEXT, embed_model, llm).retrieve("What do otters eat?")
    assert hit.text == TEXT.strip()


def test_the_key_is_read_from_the_environment_and_not_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-nobody")
    source = llama_index_program(preset(SPEC))
    assert 'os.environ.get("OPENAI_API_KEY"' in source
    assert "sk-of-nobody" not in source
    assert "llama-index-llms-openai-like" in source


def test_a_set_for_other_chunks_is_refused(
    tmp_path: Path, text_document: Callable[..., Document], embed_model: Any
) -> None:
    (tmp_path / "set.json").write_text(json.dumps({"node-0": {}, "node-1": {}}), encoding="utf-8")
    program = program_of(preset(f"{SPEC},search.pooling=per_chunk"), text_document(TEXT))
    program.METADATA_FILE = str(tmp_path / "set.json")
    with pytest.raises(ValueError, match="zip"):
        program.build_retriever(TEXT, embed_model, SameWriter())


@pytest.mark.parametrize("pooling", ["per_chunk", "late", "mean"])
def test_contexts_of_a_file(
    pooling: str, tmp_path: Path, first_pages: Document, embed_model: Any, vectors: Vectors
) -> None:
    """Some chunks have no context yet: with late pooling, they have late vectors."""
    strategy = preset(f"contextual_retrieval:search.pooling={pooling},budget.hits=6")
    chunks = json.loads(export_json(strategy, [first_pages], None, vectors))
    for number, entry in enumerate(chunks.values()):
        if number % 3:
            entry["context"] = f"Part {number} of the handbook, on recall and {{braces}}."
    import_json(json.dumps(chunks), strategy, [first_pages], vectors)
    (tmp_path / "set.json").write_text(json.dumps(chunks), encoding="utf-8")
    program = program_of(strategy, first_pages)
    program.METADATA_FILE = str(tmp_path / "set.json")
    retriever = retriever_of(program, first_pages, embed_model, SameWriter())
    for question in HANDBOOK_QUESTIONS:
        hits = compare([first_pages], question, [strategy], vectors=vectors).columns[0].hits
        assert_same_hits(hits, found_by(retriever, question), question)
    forget_imported(strategy, [first_pages], vectors)


def test_contexts_are_asked_for_with_the_same_prompt(
    text_document: Callable[..., Document], embed_model: Any, vectors: Vectors
) -> None:
    asked = []

    class Listening(SameWriter):
        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
            asked.append(prompt)
            return CompletionResponse(text=" Of otters. ")

    document = text_document(TEXT)
    strategy = preset("contextual_retrieval:chunker.chunk_tokens=20,search.pooling=per_chunk")
    [hit, *_] = program_of(strategy, document).build_retriever(TEXT, embed_model, Listening()).retrieve("What otters?")
    assert hit.text in TEXT
    ours = [call.prompt for call in missing(strategy, [document], FakeModel("prompts"), vectors)]
    assert asked == ours
