"""Models that read documents in float32, as exported programs do; bfloat16 would differ in the third digit."""

from rag_core.embeddings.minilm import MiniLM
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel


class Float32MiniLM(MiniLM):
    reading_dtype = "float32"


class Float32Model(SentenceTransformerModel):
    reading_dtype = "float32"
