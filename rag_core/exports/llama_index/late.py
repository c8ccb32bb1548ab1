"""Code of late pooling: the model's pass over the text, and the vectors of spans of it."""

from __future__ import annotations

from rag_core.embeddings.late import windows
from rag_core.exports.llama_index.code import Code, pasted

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
        self.vectors = token_vectors(tokens["input_ids"], model, WINDOW_OVERLAP_PERCENT)

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
        first, last = self.tokens_in(np.array(spans))
        total = sum(self.vectors[a:b].sum(axis=0, dtype=np.float64) for a, b in zip(first, last, strict=True))
        return total / (np.linalg.norm(total) or 1)

    def tokens_in(self, spans):
        """The first token of each span and the one after its last; spans are an array of shape (..., 2)."""
        first = np.searchsorted(self._ends, spans[..., 0], side="right")
        return first, np.maximum(np.searchsorted(self._starts, spans[..., 1], side="left"), first)
'''

TOKEN_VECTORS = Code(
    imports=("import numpy as np", "import torch"),
    functions='''\
def token_vectors(ids, model, overlap_percent, prompt="text"):
    """Each token's vector, float16, from the window in which it stands most central."""
    before, after = tokens_around(model, prompt)
    limit = model.max_seq_length - len(before) - len(after)
    window = min(limit, len(ids))
    starts = window_starts(len(ids), window, stride_of(limit, overlap_percent))
    owner = owners(len(ids), starts, window)
    found = []
    for i, start in enumerate(starts):
        shown = torch.tensor([[*before, *ids[start : start + window], *after]], device=model.device)
        with torch.inference_mode():
            read = model[0].auto_model(input_ids=shown).last_hidden_state[0]
        read = read[:, : model.get_embedding_dimension()].float().cpu().numpy()
        found.append(read[len(before) + np.flatnonzero(owner == i) - start].astype(np.float16))
    return np.concatenate(found)


def tokens_around(model, prompt):
    """What the model wants before and after a text: special tokens, and its prefix for "text" or "query"."""
    example = model.tokenizer("a", return_special_tokens_mask=True)
    ids, text = example["input_ids"], np.flatnonzero(np.array(example["special_tokens_mask"]) == 0)
    prefix = model.tokenizer(model.prompts[prompt].strip(), add_special_tokens=False)["input_ids"]
    return ids[: text[0]] + prefix, ids[text[-1] + 1 :]
''',
    needs=(pasted(windows),),
)


def late_code(window_overlap_percent: int) -> Code:
    """The functions, and the line that makes `late`, which computes the vectors of spans of `text`."""
    return Code(
        imports=("import numpy as np",),
        constants={"WINDOW_OVERLAP_PERCENT": window_overlap_percent},
        functions=_VECTORS,
        lines="late = LateVectors(text, embed_model)\n",
        needs=(TOKEN_VECTORS,),
        own="late chunking",
    )
