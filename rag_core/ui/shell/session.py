"""The session's state as one typed object: what is chosen, asked, shown and written into the address.

Streamlit drops the values of widgets that a run does not draw, as on another page; what must last stands here, and
widgets begin with it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import streamlit as st
from cachetools import LRUCache

from rag_core.answers.jobs import AnswerJobs
from rag_core.embeddings.choice import ModelChoice
from rag_core.errors import UserError
from rag_core.llms.choice import LlmChoice, llm_from_environment
from rag_core.pipeline.results import Comparison
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import DEFAULT_TOKENIZER

Address = dict[str, tuple[str, ...]]

SAMPLE = "sample"
OWN_BUDGET, EQUAL_HITS, EQUAL_TOKENS = "As preset", "Equal k", "Equal tokens"
DEFAULT_HITS, DEFAULT_TOKENS = 3, 2000
_MAX_RESULTS = 24
# After a restart, a browser sends the values of widgets that the former process numbered: no new one may take them.
_numbers = count(secrets.randbelow(10**12))


@dataclass
class ColumnState:
    """A column: the strategy from which its widgets begin, and the one that they make of it.

    `uid` is the column's own number; `widgets` is part of its widgets' keys, and another number restarts them.
    """

    origin: Strategy
    strategy: Strategy
    uid: int
    widgets: int

    def restart_widgets(self) -> None:
        """Have the column's widgets begin with the strategy as it is now."""
        self.origin, self.widgets = self.strategy, next(_numbers)


def new_column(strategy: Strategy) -> ColumnState:
    """A column with widgets of its own."""
    return ColumnState(strategy, strategy, next(_numbers), next(_numbers))


@dataclass
class DocumentState:
    """`wanted`: keys of the documents that are compared; `opened`: of the uploads; `outcomes`: by an upload's id.

    `numbers` tell documents of one name apart, by key, see document_labels.py.
    """

    wanted: list[str] = field(default_factory=lambda: [SAMPLE])
    opened: list[str] = field(default_factory=list)
    outcomes: dict[str, str | UserError] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass
class EmbeddingState:
    """The embedding model: the choice, its API key, what a link offers, and whether this run's widgets know it."""

    choice: ModelChoice = field(default_factory=ModelChoice)
    key: str = ""
    linked: ModelChoice | None = None
    drawn: bool = False


class ConnectionTest(NamedTuple):
    """What a test of the connection to a language model says."""

    sentence: str
    works: bool


@dataclass
class LlmState:
    """The language model that writes answers: None where they are extractive. `keys` are by server."""

    choice: LlmChoice | None = None
    problem: str | None = None
    linked: LlmChoice | None = None
    keys: dict[str, str] = field(default_factory=dict)
    form: int = 0
    tested: ConnectionTest | None = None


@dataclass
class AddressState:
    """The page's address as it was last read or written, the one before, and what of it could not be used."""

    current: Address = field(default_factory=dict)
    before: Address = field(default_factory=dict)
    written_s: float = 0.0
    problems: list[str] = field(default_factory=list)


@dataclass
class ChunksState:
    """Of the Chunks page: the positions of the columns whose chunkers it shows (none: the default), which document of
    those wanted, and which excerpt of it, both from 1. `document_id` is that of the document shown last."""

    columns: list[int] = field(default_factory=list)
    document: int = 1
    excerpt: int = 1
    document_id: str = ""


@dataclass
class Session:
    """Everything that one browser tab has chosen and received.

    `page` is the page that was drawn last; `visit` is part of the keys of widgets that begin with a value from here,
    and goes up to restart them. `suggestions` is how many suggested questions were asked. `searched` are fingerprints
    of the texts that a language model wrote and that a column searches, by its `uid`. `token` is the session's own.
    """

    documents: DocumentState = field(default_factory=DocumentState)
    question: str = ""
    suggestions: int = 0
    columns: list[ColumnState] = field(default_factory=list)
    budget: str = OWN_BUDGET
    equal_hits: int = DEFAULT_HITS
    equal_tokens: int = DEFAULT_TOKENS
    tokenizer: str = DEFAULT_TOKENIZER
    embedding: EmbeddingState = field(default_factory=EmbeddingState)
    llm: LlmState = field(default_factory=LlmState)
    results: LRUCache[tuple[str, ...], Comparison] = field(default_factory=lambda: LRUCache(_MAX_RESULTS))
    answer_jobs: AnswerJobs = field(default_factory=AnswerJobs)
    searched: dict[int, str] = field(default_factory=dict)
    chunks: ChunksState = field(default_factory=ChunksState)
    address: AddressState = field(default_factory=AddressState)
    page: str = ""
    visit: int = 0
    token: str = field(default_factory=lambda: secrets.token_hex(4))


def session() -> Session:
    """This browser tab's state, made when it is first asked for."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session(llm=_llm_of_environment())
    found: Session = st.session_state["session"]
    return found


def widget_key(name: str) -> str:
    """The key of a widget that begins with a value of the session; it restarts with the next visit."""
    return f"{name}-{session().visit}"


def _llm_of_environment() -> LlmState:
    try:
        return LlmState(llm_from_environment())
    except UserError as error:
        return LlmState(problem=str(error))
