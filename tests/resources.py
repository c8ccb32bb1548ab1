"""What stages may use, for tests that call a stage alone: the built-in model, loaded when it is first wanted."""

from rag_core import preset
from rag_core.embeddings.choice import built_in_vectors
from rag_core.pipeline.build import resources_for
from rag_core.stages.resources import Resources


def resources_of(pooling: str) -> Resources:
    """The built-in model's vectors with that pooling, and no chat model."""
    return resources_for(preset(f"baseline:search.pooling={pooling}"), built_in_vectors())


RESOURCES = resources_of("per_chunk")
