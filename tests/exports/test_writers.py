"""What has a writer: every built-in kind, tokenizer and embedding model; what has none is refused by name."""

from types import ModuleType
from typing import ClassVar, Literal, get_args

import pytest
from llama_index.core.embeddings import MockEmbedding

from rag_core.errors import UserError
from rag_core.exports import llama_index_program
from rag_core.exports.llama_index.budget import top_k
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.models import model_code
from rag_core.exports.llama_index.setting import Resolving, Setting
from rag_core.exports.llama_index.tokenizers import tokenizer_code
from rag_core.exports.llama_index.writers import has_writer, part_code
from rag_core.part import get_slot
from rag_core.parts import SLOTS, kinds
from rag_core.parts.chunker.base import SplitTreeChunker
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.strategy.specs import preset
from rag_core.text.tokenizers import TOKENIZERS, TokenizerEntry, tokenizer_names
from tests.fakes.tiny_model import TinyModel

NEED_NO_CODE = [*kinds("answer").values(), kinds("query")["none"], kinds("rerank")["none"]]
BUILT_IN = [(slot, kind) for slot in SLOTS for kind in kinds(slot)]


class Lines(SplitTreeChunker):
    """A kind without a writer."""

    kind: Literal["lines"] = "lines"
    label: ClassVar[str] = "Lines"
    summary: ClassVar[str] = "Cuts at line ends"
    splitters = ()


class LongSentences(SentenceChunker):
    """A kind that extends another one, whose code is not its own."""

    kind: Literal["long_sentences"] = "long_sentences"  # type: ignore[assignment]


class Sections(SplitTreeChunker):
    """A kind with a writer of its own, as a user would add one."""

    kind: Literal["sections"] = "sections"
    label: ClassVar[str] = "Sections"
    summary: ClassVar[str] = "Cuts at rules"
    splitters = ()


@part_code.register
def _(part: Sections, setting: Setting) -> Code:
    lines = "chunks = [TextNode(text=section) for section in text.split(RULE)]\n"
    return Code(("from llama_index.core.schema import TextNode",), {"RULE": "\n---\n"}, lines=lines)


def test_one_function_exports_a_kind():
    with get_slot("chunker").kinds.temporarily("sections", Sections):
        source = llama_index_program(preset("baseline:chunker.kind=sections,search.pooling=per_chunk"))
    assert 'RULE = "\\n---\\n"' in source.splitlines()
    program = ModuleType("program")
    exec(compile(source, "program", "exec"), program.__dict__)
    retriever = program.build_retriever("Bees.\n---\nTrains.", MockEmbedding(embed_dim=2))
    assert {hit.text for hit in retriever.retrieve("bees")} == {"Bees.", "Trains."}


@pytest.mark.parametrize(("slot", "kind"), BUILT_IN)
def test_every_built_in_kind_has_a_writer(slot, kind):
    assert has_writer(kinds(slot)[kind])


@pytest.mark.parametrize("resolving", get_args(Resolving))
@pytest.mark.parametrize("kind", kinds("budget").values(), ids=kinds("budget"))
def test_every_budget_says_how_much_is_retrieved(kind, resolving):
    assert top_k(kind(), resolving)


@pytest.mark.parametrize("kind", NEED_NO_CODE, ids=lambda kind: f"{kind.slot}.{kind.kind_name()}")
def test_what_needs_no_code_contributes_nothing(kind):
    code = part_code(kind(), None)
    assert (code.imports, code.constants, code.functions, code.lines, code.needs) == ((), {}, "", "", ())


@pytest.mark.parametrize("name", tokenizer_names())
def test_every_tokenizer_has_its_code(name):
    assert "tokenize" in tokenizer_code(name).functions


@pytest.mark.parametrize("kind", [Lines, LongSentences])
def test_a_kind_without_a_writer_is_refused(kind):
    name = kind.kind_name()
    with get_slot("chunker").kinds.temporarily(name, kind):
        strategy = preset(f"baseline:chunker.kind={name}")
        with pytest.raises(UserError) as refused:
            llama_index_program(strategy)
    assert str(refused.value) == (
        f"chunker.kind={name} cannot be exported as a LlamaIndex program. "
        f"Exportable: {', '.join(kind for kind in kinds('chunker') if kind != name)}."
    )


def test_a_tokenizer_without_a_writer_is_refused():
    with (
        TOKENIZERS.temporarily("letters", TokenizerEntry("Letters", lambda: len)),
        pytest.raises(UserError, match=r"^The tokenizer letters cannot .* Exportable: cl100k, minilm\.$"),
    ):
        llama_index_program(preset("baseline"), "letters")


def test_an_embedding_model_without_a_writer_is_refused():
    with pytest.raises(UserError, match=r"^The embedding model .* cannot be exported as a LlamaIndex program\."):
        model_code(TinyModel())


def test_code_comes_after_what_it_needs():
    first, second = Code(), Code()
    third = Code(needs=(first, second))
    assert list(Code(needs=(third, second)).all())[:-1] == [first, second, third, second]
