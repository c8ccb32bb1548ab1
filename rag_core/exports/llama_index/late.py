"""Code of late pooling: the model's pass over the text, and the character offsets of each chunk."""

from __future__ import annotations

from rag_core.embeddings.late import windows
from rag_core.exports.llama_index.code import Code, pasted

_PLACES = '''\
def place(nodes, splitter, text, offset=0):
    """Tell the nodes that the splitter cut from the text where they stand in the document, in characters.

    `offset` is where the text begins. LlamaIndex's own start_char_idx comes from str.find, which errs where a text
    repeats itself.
    """
    spans = [(start, end) for start, end in chunk_spans(splitter, text) if text[start:end].strip()]
    for node, (start, end) in zip(nodes, spans, strict=True):
        node.start_char_idx = offset + end - len(text[start:end].lstrip())
        node.end_char_idx = offset + start + len(text[start:end].rstrip())


def chunk_spans(splitter, text):
    """Where each chunk starts and ends: the splitter's pieces, put together once more as it does.

    A chunk takes pieces up to its size; the next begins with as many of its last as fit the overlap and leave room.
    """
    spans, first, tokens = [], 0, 0
    pieces = list(placed_pieces(splitter, text))
    for i, (_, _, size) in enumerate(pieces):
        if first < i and tokens + size > splitter.chunk_size:
            spans.append((pieces[first][0], pieces[i - 1][1]))
            while first < i and (tokens > splitter.chunk_overlap or tokens + size > splitter.chunk_size):
                tokens -= pieces[first][2]
                first += 1
        tokens += size
    return [*spans, (pieces[first][0], pieces[-1][1])]


def placed_pieces(splitter, text):
    """Start, end and number of tokens of the sentences or words that the splitter fills its chunks with."""
    end = 0
    for piece in splitter._split(text, splitter.chunk_size):
        piece = getattr(piece, "text", piece)  # SentenceSplitter's are objects, TokenTextSplitter's are strings
        start = text.index(piece, end)  # at the end of the one before it: nothing is left out but white space
        end = start + len(piece)
        yield start, end, len(splitter._tokenizer(piece))
'''

_VECTORS = '''\
class LateVectors:
    """Late chunking: the vector of a stretch is the mean of its tokens', each read in the context around it.

    For models that take the mean of the tokens, read in float32. Chunkscope reads in bfloat16 where the processor has
    it, and its scores then differ from these by some 1e-3.
    """

    def __init__(self, text, embed_model):
        model = embed_model._model
        tokens = model.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        self._starts, self._ends = np.array(tokens["offset_mapping"], np.int64).reshape(-1, 2).T
        self._vectors = token_vectors(tokens["input_ids"], model)

    def embed(self, nodes):
        """Give nodes, stretches of the text, their vectors: LlamaIndex embeds only what has none."""
        for node in nodes:
            node.embedding = self.embedding([(node.start_char_idx, node.end_char_idx)])

    def embedding(self, spans):
        """The spans' vector as a node keeps it; None where no token stands in them."""
        vector = self.vector(spans)
        return vector.tolist() if vector.any() else None

    def vector(self, spans):
        """The mean of all tokens in the spans, of length 1; zero where there is none."""
        first = np.searchsorted(self._ends, [start for start, _ in spans], side="right")
        last = np.searchsorted(self._starts, [end for _, end in spans], side="left")
        total = sum(self._vectors[a:b].sum(axis=0, dtype=np.float64) for a, b in zip(first, last, strict=True))
        return total / (np.linalg.norm(total) or 1)


def token_vectors(ids, model):
    """Each token's vector, float16, from the window in which it stands most central."""
    before, after = tokens_around(model)
    limit = model.max_seq_length - len(before) - len(after)
    window = min(limit, len(ids))
    starts = window_starts(len(ids), window, stride_of(limit, WINDOW_OVERLAP_PERCENT))
    owner = owners(len(ids), starts, window)
    found = []
    for i, start in enumerate(starts):
        shown = torch.tensor([[*before, *ids[start : start + window], *after]], device=model.device)
        with torch.inference_mode():
            read = model[0].auto_model(input_ids=shown).last_hidden_state[0]
        read = read[:, : model.get_embedding_dimension()].float().cpu().numpy()
        found.append(read[len(before) + np.flatnonzero(owner == i) - start].astype(np.float16))
    return np.concatenate(found)


def tokens_around(model):
    """What the model wants before and after every text: special tokens, and its prefix for passages if it has one."""
    example = model.tokenizer("a", return_special_tokens_mask=True)
    ids, text = example["input_ids"], np.flatnonzero(np.array(example["special_tokens_mask"]) == 0)
    prefix = model.tokenizer(model.prompts["text"].strip(), add_special_tokens=False)["input_ids"]
    return ids[: text[0]] + prefix, ids[text[-1] + 1 :]
'''


def late_code(window_overlap_percent: int) -> Code:
    """The functions, and the line that makes `late`, which computes the vectors of spans of `text`."""
    return Code(
        imports=("import numpy as np", "import torch"),
        constants={"WINDOW_OVERLAP_PERCENT": window_overlap_percent},
        functions=f"{_PLACES}\n\n{_VECTORS}",
        lines="late = LateVectors(text, embed_model)\n",
        needs=(pasted(windows),),
    )
