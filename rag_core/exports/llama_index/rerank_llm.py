"""Code that re-scores by LlamaIndex's LLMRerank."""

from __future__ import annotations

from rag_core.errors import UserError
from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.reranking import reranked_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.rerank import relevances
from rag_core.parts.rerank.llm import LLMReranking

_RELEVANCE = '''\
class Relevance:
    """The relevance of the chunks of nodes to a question, by LLMRerank; 0 for those that the model leaves out."""

    def __init__(self, llm, chunks):
        self._chunk_by_id = {chunk.node_id: chunk for chunk in chunks}
        self._reranker = LLMRerank(
            llm=llm,
            choice_batch_size=CHUNKS_PER_CALL,
            top_n=RERANKED_ENTRIES,
            # LlamaIndex asks chat models with a message per document; here one message has them all.
            choice_select_prompt=PromptTemplate(
                DEFAULT_CHOICE_SELECT_PROMPT.template, template_var_mappings={"context_messages": "context_str"}
            ),
            format_node_batch_fn=numbered_documents,
            parse_choice_select_answer_fn=choices,
        )

    def __call__(self, question, nodes):
        ids = [getattr(node, "index_id", node.node_id) for node in nodes]
        chunks = [NodeWithScore(node=self._chunk_by_id[one]) for one in dict.fromkeys(ids)]
        found = self._reranker.postprocess_nodes(chunks, query_str=question)
        scores = {hit.node.node_id: hit.score for hit in found}
        return [scores[one] for one in ids]


def numbered_documents(chunks):
    """The texts of the chunks with their numbers."""
    return "\\n\\n".join(f"Document {number}:\\n{chunk.text}" for number, chunk in enumerate(chunks, 1))


def choices(reply, documents):
    """The numbers of all documents and their relevances; LlamaIndex takes "Doc: 0" for the last document."""
    scores, _ = relevances_in(reply, documents)
    return list(range(1, documents + 1)), scores
'''
_CODE = Code(
    imports=(
        "from llama_index.core import PromptTemplate",
        "from llama_index.core.postprocessor import LLMRerank",
        "from llama_index.core.prompts.default_prompts import DEFAULT_CHOICE_SELECT_PROMPT",
        "from llama_index.core.schema import NodeWithScore",
    ),
    functions=_RELEVANCE,
    needs=(pasted(relevances),),
    own="the relevance of what LLMRerank would drop",
)


@part_code.register
def _(part: LLMReranking, setting: Setting) -> Code:
    if setting.resolving == "own":
        raise UserError(
            "rerank.kind=llm cannot be exported with a reference that makes its hits of the entries found, such as "
            "sentence_window and hierarchy. Choose another one, such as reference.kind=children, or rerank.kind=none."
        )
    constants = Code(constants={"CHUNKS_PER_CALL": part.chunks_per_call})
    return reranked_code(part.entries, "Relevance(llm, chunks)", constants, _CODE)
