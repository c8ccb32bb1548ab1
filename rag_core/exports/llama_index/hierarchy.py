"""Code of the reference `hierarchy`: LlamaIndex's HierarchicalNodeParser and AutoMergingRetriever."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.places import PLACE
from rag_core.exports.llama_index.reference import resolves
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.reference.hierarchy import Hierarchy

_HIERARCHY = '''\
def nodes_below(chunks):
    """The parts of the chunks, and their parts, level by level, with the links between them."""
    splitters = {
        str(size): SentenceSplitter(chunk_size=size, chunk_overlap=PART_OVERLAP_TOKENS, tokenizer=tokenize)
        for size in LEVEL_TOKENS
    }
    # The chunks are the first level, and are there already, cut by whatever splitter.
    parser = HierarchicalNodeParser.from_defaults(node_parser_ids=["", *splitters], node_parser_map=splitters)
    nodes = parser._recursively_get_nodes_from_nodes(chunks, level=1)
    link(chunks, nodes)
    place_below(chunks, {node.node_id: node for node in nodes}, list(splitters.values()))
    return nodes


def link(chunks, nodes):
    """Link each chunk to its neighbours, as HierarchicalNodeParser does on its first level, and there alone."""
    for chunk, following in pairwise(chunks):
        chunk.relationships[NodeRelationship.NEXT] = following.as_related_node_info()
        following.relationships[NodeRelationship.PREVIOUS] = chunk.as_related_node_info()
    for node in nodes:
        node.relationships.pop(NodeRelationship.NEXT, None)


def place_below(parents, nodes, splitters):
    """Tell the nodes below where they stand in the document: LlamaIndex says it relative to their parents."""
    for parent in parents:
        children = [nodes[child.node_id] for child in parent.child_nodes or []]
        if children:
            place(children, splitters[0], parent.text, parent.start_char_idx)
            place_below(children, nodes, splitters[1:])


class MergedHits:
    """What LlamaIndex's AutoMergingRetriever makes of hits."""

    def __init__(self, nodes):
        self._storage = StorageContext.from_defaults()
        self._storage.docstore.add_documents(nodes)

    def __call__(self, hits):
        merging = FilledOnce(GivenHits(hits), self._storage, MERGE_RATIO)
        return merging.retrieve("")


class FilledOnce(AutoMergingRetriever):
    """LlamaIndex's, except that it does not fill in a node that is there already, with another score."""

    def _fill_in_nodes(self, nodes):
        filled, _ = super()._fill_in_nodes(nodes)
        there, found = {hit.node.node_id for hit in nodes}, {id(hit) for hit in nodes}
        kept = [hit for hit in filled if id(hit) in found or hit.node.node_id not in there]
        return kept, len(kept) > len(nodes)


class GivenHits(BaseRetriever):
    """Hands on hits that are there already."""

    def __init__(self, hits):
        self._hits = hits
        super().__init__()

    def _retrieve(self, query_bundle):
        return list(self._hits)
'''


@resolves.register
def _(reference: Hierarchy) -> bool:
    return True


@part_code.register
def _(part: Hierarchy, setting: Setting) -> Code:
    embedded = setting.embedding("entries")
    return Code(
        imports=(
            "from itertools import pairwise",
            "from llama_index.core import StorageContext",
            "from llama_index.core.node_parser import HierarchicalNodeParser, SentenceSplitter, get_leaf_nodes",
            "from llama_index.core.retrievers import AutoMergingRetriever, BaseRetriever",
            "from llama_index.core.schema import NodeRelationship",
        ),
        constants={
            "LEVEL_TOKENS": part.level_tokens,
            "PART_OVERLAP_TOKENS": part.overlap_tokens,
            "MERGE_RATIO": part.merge_ratio,
        },
        functions=_HIERARCHY,
        lines="nodes = nodes_below(chunks)\nentries = get_leaf_nodes(nodes)\n"
        f"{embedded.lines}resolve = MergedHits([*chunks, *nodes])\n",
        needs=(setting.tokenize, PLACE, *embedded.needs),
    )
