"""The session's state as one typed object: what is chosen, asked, shown and written into the address.

Streamlit drops the values of widgets that a run does not draw, as on another page; what must last stands here, and
widgets begin with it.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import streamlit as st
from cachetools import LRUCache
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rag_core.answers.jobs import AnswerJobs
from rag_core.embeddings.choice import ModelChoice
from rag_core.errors import UserError
from rag_core.html.page_marks import PageMarks
from rag_core.llms.choice import LlmChoice, llm_from_environment
from rag_core.parts.parser import Parser
from rag_core.pipeline.compare import ReadyColumn
from rag_core.pipeline.enrichment import WritingRequest
from rag_core.pipeline.reading_job import PageReading
from rag_core.pipeline.results import Comparison
from rag_core.stages.explanation import Explanation
from rag_core.strategy import DEFAULT_TOKENS, Strategy
from rag_core.text.tokenizers import DEFAULT_TOKENIZER
from rag_core.ui.shell.link import Address
from rag_core.ui.shell.openings import Openings

SAMPLE = "sample"
OWN_BUDGET, EQUAL_HITS, EQUAL_TOKENS = "As preset", "Equal k", "Equal tokens"
DEFAULT_HITS = 3
_MAX_RESULTS, _MAX_COLUMNS_READY, _MAX_MARKS = 24, 48, 6
# After a restart, a browser sends the values of widgets that the former process numbered: no new one may take them.
numbers = count(secrets.randbelow(10**12))


@dataclass
class ColumnState:
    """A column: the strategy from which its widgets begin, and the one that they make of it.

    `uid` is the column's own number; `widgets` is part of its widgets' keys, and another number restarts them.
    """

    origin: Strategy
    strategy: Strategy
    uid: int
    widgets: int

    def restart_widgets(self, *, renew: bool) -> None:
        """Have the column's widgets begin with the strategy as it is now; renewed ones forget their own values."""
        self.origin = self.strategy
        self.widgets = next(numbers) if renew else self.widgets


def new_column(strategy: Strategy) -> ColumnState:
    """A column with widgets of its own."""
    return ColumnState(strategy, strategy, next(numbers), next(numbers))


@dataclass
class DocumentState:
    """`wanted`: keys of the documents that are compared; `opened`: of the uploads; `outcomes`: by an upload's id.

    `numbers` tell documents of one name apart, by key, see document_labels.py.

    `picker` is the number of the widget that chooses documents, and `picked` what it shows. `passwords` are those that
    were typed for uploads, by an upload's id, until they are tried; `unlocked` are those of files whose pages are
    still to be read by OCR.
    """

    wanted: list[str] = field(default_factory=lambda: [SAMPLE])
    opened: list[str] = field(default_factory=list)
    outcomes: dict[str, str | UserError] = field(default_factory=dict)
    picker: int = 0
    picked: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    unlocked: dict[str, str] = field(default_factory=dict)
    openings: Openings = field(default_factory=Openings)
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
    """The language model that writes answers: None where they are extractive.

    Answers cost money, so a choice is only ever made by a click: `linked` is what a link offers, and `offered` what the
    environment names, until the user decides. `keys` are by server. `to_test` is the model whose connection is being
    tested, with the key that was typed for it.
    """

    choice: LlmChoice | None = None
    offered: LlmChoice | None = None
    problem: str | None = None
    linked: LlmChoice | None = None
    keys: dict[str, str] = field(default_factory=dict)
    form: int = 0
    tested: ConnectionTest | None = None
    to_test: tuple[LlmChoice, str] | None = None


@dataclass
class TranscriptState:
    """The sets of transcripts that were loaded, as their sha256: `latest`, and those of parsers by their widgets' keys.

    `problems` says why files were not used, by the same keys.
    """

    latest: str = ""
    loaded: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass
class AddressState:
    """The view in the page's address.

    `sent` is what was last written there; `reported` what the browser had there when the user acted; `by_page` what
    each page last wrote. `problems` is what of a link could not be used, as long as the view is `linked`, what the link
    was taken for.
    """

    sent: Address = field(default_factory=dict)
    reported: Address = field(default_factory=dict)
    by_page: dict[str, Address] = field(default_factory=dict)
    linked: Address | None = None
    problems: list[str] = field(default_factory=list)


class Step(NamedTuple):
    """A place in a document that a count leads to: the lane, what is counted, the character after it."""

    lane: int
    what: str
    position: int


@dataclass
class ChunksState:
    """Of the Chunks page: the positions of the columns whose chunkers it shows (none: the default), which document of
    those wanted, and which excerpt of it, both from 1. `document_id` is that of the document shown last; `step` is the
    place that was last gone to; another `turn` restarts the choice of the excerpt."""

    columns: list[int] = field(default_factory=list)
    document: int = 1
    excerpt: int = 1
    document_id: str = ""
    step: Step | None = None
    turn: int = 0


@dataclass
class PaneState:
    """Of the pane that shows pages: what it shows, "document-page-zoom" with positions from 1, empty while it is shut.

    `marks` are what its script may still ask for, by fingerprint.
    """

    at: str = ""
    marks: LRUCache[str, PageMarks] = field(default_factory=lambda: LRUCache(_MAX_MARKS))


@dataclass
class ParsersState:
    """Of the Parsers page: the parsers that are shown (none: the default), and the page; `step` is the place that was
    last gone to, its position being that among the places of a figure; another `turn` restarts the choice of the page.
    """

    parsers: list[Parser] = field(default_factory=list)
    page: int = 1
    step: Step | None = None
    turn: int = 0


class Compared(NamedTuple):
    """A comparison and, if the scores of its hits are explained, the explanations of each column's hits."""

    comparison: Comparison
    explanations: Sequence[Sequence[Explanation]] | None


@dataclass
class Session:
    """Everything that one browser tab has chosen and received.

    `why` is whether the scores of hits are explained. `page` is the page that was drawn last; `visit` is part of
    the keys of widgets that begin with a value from here, and goes up to restart them. `searched` are fingerprints
    of the texts that a language model wrote and that a column searches, by its `uid`; `hits_shown` is how many hits
    have cards, by `uid` and question, where that is not the default. `dialog` draws the dialog that is open;
    `watch_ended` is whether a click in it ended the run that showed work in the background. `refused_sets` says why
    an imported set was not used, by the column's `uid`. `writing` are the texts that a model writes for the
    session, by the keys of their jobs; `reading` are likewise the pages that are read for it. `uploader` is in the
    uploader's key. `sent` is what the browser sent to a session that takes over from another one, until its widgets
    have it; `took_over` is whether it has just got it, so that the browser shows the older question.
    """

    documents: DocumentState = field(default_factory=DocumentState)
    question: str = ""
    columns: list[ColumnState] = field(default_factory=list)
    budget: str = EQUAL_TOKENS
    equal_hits: int = DEFAULT_HITS
    equal_tokens: int = DEFAULT_TOKENS
    tokenizer: str = DEFAULT_TOKENIZER
    why: bool = False
    embedding: EmbeddingState = field(default_factory=EmbeddingState)
    llm: LlmState = field(default_factory=LlmState)
    transcripts: TranscriptState = field(default_factory=TranscriptState)
    results: LRUCache[tuple[str, ...], Compared] = field(default_factory=lambda: LRUCache(_MAX_RESULTS))
    columns_ready: LRUCache[tuple[str, ...], ReadyColumn] = field(default_factory=lambda: LRUCache(_MAX_COLUMNS_READY))
    answer_jobs: AnswerJobs = field(default_factory=AnswerJobs)
    searched: dict[int, str] = field(default_factory=dict)
    hits_shown: LRUCache[str, int] = field(default_factory=lambda: LRUCache(_MAX_COLUMNS_READY))
    chunks: ChunksState = field(default_factory=ChunksState)
    pane: PaneState = field(default_factory=PaneState)
    parsers: ParsersState = field(default_factory=ParsersState)
    address: AddressState = field(default_factory=AddressState)
    writing: Mapping[str, WritingRequest] = field(default_factory=dict)
    reading: Mapping[str, PageReading] = field(default_factory=dict)
    dialog: Callable[[], None] | None = None
    watch_ended: bool = False
    refused_sets: dict[int, str] = field(default_factory=dict)
    page: str = ""
    visit: int = 0
    uploader: int = field(default_factory=lambda: next(numbers))
    sent: list[WidgetState] = field(default_factory=list)
    took_over: bool = False


class _Found(threading.local):
    """The session of this thread: each run of a page's script has a thread that serves one browser tab."""

    state: object = None
    session: Session | None = None


_found = _Found()


def session() -> Session:
    """This browser tab's state, made when it is first asked for.

    Any look at `st.session_state` may end the run, where the user has clicked meanwhile. This function does not, from
    its second call in a run on: what is changed here in several steps is changed as a whole.
    """
    context = get_script_run_ctx()
    if context is None or _found.state is not context.session_state or _found.session is None:
        if "session" not in st.session_state:
            st.session_state["session"] = Session(llm=_llm_of_environment())
        _found.session = st.session_state["session"]
        _found.state = context.session_state if context is not None else None
    return _found.session


def forget_errors() -> None:
    """Have columns that failed run again, as soon as the page is drawn."""
    ready, results = session().columns_ready, session().results
    for key in [key for key, one in ready.items() if one.column.error]:
        del ready[key]
    for of in [of for of, one in results.items() if any(column.error for column in one.comparison.columns)]:
        del results[of]


def renew_uploader() -> None:
    """Have the next run draw an uploader that lists no files."""
    session().uploader = next(numbers)


def widget_key(name: str) -> str:
    """The key of a widget that begins with a value of the session; it restarts with the next visit."""
    return f"{name}-{session().visit}"


def _llm_of_environment() -> LlmState:
    try:
        return LlmState(offered=llm_from_environment())
    except UserError as error:
        return LlmState(problem=str(error))
