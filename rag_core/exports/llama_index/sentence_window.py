"""Code of the reference `sentence_window`: LlamaIndex's sentences, each with its window as metadata."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.reference import resolves
from rag_core.exports.llama_index.resolving import by_height
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.reference.sentence_window import SentenceWindow

_SENTENCES = '''\
def sentence_nodes(text):
    """The sentences of the text, each with its window; LlamaIndex joins the window's sentences by spaces instead."""
    parser = SentenceWindowNodeParser.from_defaults(window_size=WINDOW_SENTENCES)
    nodes = parser.get_nodes_from_documents([Document(text=text)])
    nodes = [node for node in nodes if node.text.strip()]
    end = text.index(nodes[0].text) if nodes else 0
    for node in nodes:
        start, end = end, end + len(node.text)  # one follows the other
        node.start_char_idx = end - len(text[start:end].lstrip())
        node.end_char_idx = start + len(text[start:end].rstrip())
        node.text = text[node.start_char_idx : node.end_char_idx]
    for i, node in enumerate(nodes):
        window = nodes[max(i - WINDOW_SENTENCES, 0) : i + WINDOW_SENTENCES + 1]
        node.metadata["window"] = text[window[0].start_char_idx : window[-1].end_char_idx]
    return nodes
'''
_ONE_BY_ONE = Code(
    imports=("from llama_index.core.postprocessor import MetadataReplacementPostProcessor",),
    lines='resolve = MetadataReplacementPostProcessor(target_metadata_key="window").postprocess_nodes\n',
)
_JOINED = Code(
    imports=("from llama_index.core.schema import NodeWithScore, TextNode",),
    functions='''\
class WindowsOfHits:
    """The windows around sentences; those that share a sentence are one."""

    def __init__(self, text, sentences):
        self._text, self._sentences = text, sentences
        self._places = {sentence.node_id: i for i, sentence in enumerate(sentences)}

    def __call__(self, hits):
        groups = []
        for place, score in sorted((self._places[hit.node_id], hit.score) for hit in hits):
            first, last = place - WINDOW_SENTENCES, place + WINDOW_SENTENCES
            if groups and first <= groups[-1][1]:
                groups[-1] = (groups[-1][0], last, max(groups[-1][2], score))
            else:
                groups.append((first, last, score))
        return sorted((self._window(*group) for group in groups), key=lambda window: -window.score)

    def _window(self, first, last, score):
        inside = self._sentences[max(first, 0) : last + 1]
        text = self._text[inside[0].start_char_idx : inside[-1].end_char_idx]
        return NodeWithScore(node=TextNode(text=text), score=score)
''',
    lines="resolve = WindowsOfHits(text, entries)\n",
    own="windows that share a sentence as one",
)
_JOINED_BY_HEIGHT = {
    "-window.score": "-height(window.score)",
    "max(groups[-1][2], score)": "max(groups[-1][2], score, key=height)",
}


@resolves.register
def _(reference: SentenceWindow) -> bool:
    return True


@part_code.register
def _(part: SentenceWindow, setting: Setting) -> Code:
    embedded = setting.embedding("entries")
    resolve = _ONE_BY_ONE if setting.each else by_height(_JOINED, setting, _JOINED_BY_HEIGHT)
    return Code(
        imports=(
            "from llama_index.core.node_parser import SentenceWindowNodeParser",
            "from llama_index.core.schema import Document",
            *resolve.imports,
        ),
        constants={"WINDOW_SENTENCES": part.window_sentences},
        functions="\n\n".join(filter(None, [_SENTENCES, resolve.functions])),
        lines=f"entries = sentence_nodes(text)\n{embedded.lines}{resolve.lines}",
        needs=(*embedded.needs, *resolve.needs),
        own=resolve.own,
    )
