"""What several tests share: documents of plain text, the real model's vectors, and the data beside the project."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from rag_core import open_document, preset
from rag_core.documents.document import Document, Page
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.pooling import Pools
from rag_core.embeddings.vectors import Vectors
from rag_core.part import Part, get_slot
from rag_core.pipeline.build import resources_for
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.resources import Resources
from tests.fakes.chat_server import chat_server
from tests.fakes.openai_server import hostile
from tests.fakes.toy_parts import import_slot, import_toy
from tests.paths import ROOT

__all__ = ["chat_server", "hostile", "import_slot", "import_toy"]  # fixtures that need more than a few lines

os.environ.setdefault("HF_HUB_OFFLINE", "1")
# A cache of the tests' own: nothing that another run left can make them pass, and they leave nothing.
_home = tempfile.TemporaryDirectory(prefix="chunkscope-tests-")
os.environ["CHUNKSCOPE_HOME"] = _home.name
# On a busy machine examples, and making them, can take long without anything being wrong.
settings.register_profile("chunkscope", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chunkscope")


def _text_document(text: str, name: str = "text.txt", tokenizer: str = "cl100k") -> Document:
    return Document(
        id=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        name=name,
        parser="text",
        text=text,
        pages=(Page(1, 0, len(text), None, None),),
        tokenizer=tokenizer,
    )


@pytest.fixture(scope="session")
def text_document() -> Callable[..., Document]:
    """Makes a document of plain text: `text_document(text, name, tokenizer)`."""
    return _text_document


@pytest.fixture(scope="session")
def model_vectors() -> Vectors:
    """Vectors of the real model, the process's own, so that no test embeds what another has embedded."""
    return built_in_vectors()


@pytest.fixture
def column_vectors(model_vectors: Vectors) -> ColumnVectors:
    """The same, as a column of its own with per-chunk pooling asks for them."""
    return ColumnVectors(model_vectors, Pools("per_chunk"))


@pytest.fixture(scope="session")
def resources(model_vectors: Vectors) -> Resources:
    """What stages may use: the real model with per-chunk pooling, and no chat model."""
    return resources_for(preset("baseline:search.pooling=per_chunk"), model_vectors)


@pytest.fixture(scope="session")
def handbook() -> Document:
    """The sample document."""
    return open_document(ROOT / "rag_core" / "sample" / "handbook.pdf")


@pytest.fixture
def register_part() -> Iterator[Callable[[type[Part]], type[Part]]]:
    """Registers a part for the rest of the test: `register_part(Paragraphs)`; it can also be used as a decorator."""
    with ExitStack() as registered:

        def register(part: type[Part]) -> type[Part]:
            return registered.enter_context(get_slot(part.slot).kinds.temporarily(part.kind_name(), part))

        yield register


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real material that lies beside the project; tests that need it are skipped where it does not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the development data in ../shared/data, which is not part of the project")
    return folder
