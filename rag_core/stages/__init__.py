"""The values that are passed between the stages of the pipeline, and the resources that stages use."""

from rag_core.stages.built_index import BuiltIndex, Coverage, Index
from rag_core.stages.candidate import Candidate
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.stages.ranking import Ranking, Scored
from rag_core.stages.resources import Resources
from rag_core.stages.results import Answer, Citation, Hit, ModelCall, Via
from rag_core.stages.retrieval import Retrieval

__all__ = [
    "Answer",
    "BuiltIndex",
    "Candidate",
    "Citation",
    "ColumnVectors",
    "Coverage",
    "Entry",
    "Hit",
    "Index",
    "ModelCall",
    "Query",
    "Ranking",
    "Resources",
    "Retrieval",
    "Scored",
    "Via",
]
