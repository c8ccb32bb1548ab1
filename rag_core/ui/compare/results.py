"""The comparison on the page: each column is drawn as soon as it is ready, what needs all columns when all are."""

from __future__ import annotations

import time
from collections import ChainMap
from collections.abc import Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.document import Document
from rag_core.documents.page_progress import reporting
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.html.comparison_view import ComparisonView, names_of
from rag_core.html.pieces import empty_html, waiting_html
from rag_core.html.ribbon import ribbon_html
from rag_core.html.status import basis_html
from rag_core.llms.base import ChatModel
from rag_core.pipeline.column_documents import searched_documents
from rag_core.pipeline.compare import ReadyColumn
from rag_core.pipeline.results import Column, Comparison
from rag_core.progress import Progress
from rag_core.stages.explanation import Explanation
from rag_core.stages.resources import ParserResources
from rag_core.ui.compare import below, running
from rag_core.ui.compare.answers import Writing, stop_all
from rag_core.ui.compare.body import ColumnBody, Panel
from rag_core.ui.compare.metadata_panel import MetadataPanel, panels_of
from rag_core.ui.compare.pane import page_pane
from rag_core.ui.compare.running import Request
from rag_core.ui.compare.unread_pages import reading_boxes
from rag_core.ui.shell import documents
from rag_core.ui.shell.dialogs import draw_dialog
from rag_core.ui.shell.live import watch
from rag_core.ui.shell.page_reading import ReadingBox, hold_readings
from rag_core.ui.shell.place import Place
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.progress import ProgressLine
from rag_core.ui.shell.session import Compared, session
from rag_core.ui.shell.view import budgeted, label
from rag_core.ui.shell.writing import hold_written

# Quicker than this, all columns are drawn at once: drawing each of them twice would only take time.
_AT_ONCE_S = 0.1
# So long, what the columns showed before stays in them.
_SHOW_OLD_S = 0.3


@dataclass(frozen=True)
class Frame:
    """Where on the page the parts of the results go."""

    pane: DeltaGenerator
    status: DeltaGenerator
    ribbon: Place
    bodies: Sequence[DeltaGenerator]
    below: DeltaGenerator


class Results:
    """The results of one run of the page."""

    def __init__(
        self,
        frame: Frame,
        opened: Sequence[Document],
        vectors: Vectors,
        chat_model: ChatModel | None,
        offers: Sequence[ReadingBox],
    ) -> None:
        """`offers` of OCR are drawn above; their progress is watched here together with the other work."""
        self._offers = offers
        self._frame, self._opened, self._vectors, self._chat_model = frame, opened, vectors, chat_model
        self._searched = opened
        self._strategies = [budgeted(column.strategy) for column in session().columns]
        self._names = names_of([label(strategy.name) for strategy in self._strategies])
        self._bodies = [ColumnBody(body, position) for position, body in enumerate(frame.bodies)]
        self._columns: list[Column | None] = [None] * len(self._strategies)
        self._explanations: list[Sequence[Explanation]] = [[] for _ in self._strategies]
        self._writing: Writing | None = None
        self._panels: dict[int, MetadataPanel] = {}
        self._resources = ParserResources(chat_model, vectors.cache)
        self._boxes: dict[int, list[ReadingBox]] = {}
        self._began_s = time.monotonic()

    def draw(self) -> None:
        """Everything from the status line down, until nothing is at work any more."""
        draw_dialog()
        question = session().question
        if not question:
            stop_all()
            self._frame.status.html(basis_html(self._opened, self._vectors.model, self._chat_model))
            self._draw_ribbon()
            self._bodies[0].wait(empty_html("Ask a question above to see what each strategy retrieves."))
            self._draw_pane(self._view(self._comparison([_empty(strategy) for strategy in self._strategies])))
            return
        session().answer_jobs.keep_for(question, [document.source_id for document in self._opened])
        try:
            self._draw_columns(question)
        except UserError as error:
            stop_all()
            self._frame.status.warning(plain(str(error)))
            return
        basis = basis_html(self._searched, self._vectors.model, self._chat_model, self._vectors.cache.problem)
        self._frame.status.html(basis)
        boxes = [box for found in self._boxes.values() for box in found]
        watch([*self._panels.values(), *boxes, *self._offers, *([self._writing] if self._writing else [])])

    def _draw_columns(self, question: str) -> None:
        if not session().results:  # nothing is there yet that could stay until something new is
            self._draw_ribbon()
            for body in self._bodies:
                body.wait(waiting_html())
        line = ProgressLine(self._frame.status, also=self._wait)
        with reporting(line):
            self._boxes = reading_boxes(self._strategies, self._opened, self._resources)
            hold_readings([box for found in self._boxes.values() for box in found], None)
            self._searched = searched_documents(self._strategies, self._opened, self._resources) or self._opened
        read = {i: strategy for i, strategy in enumerate(self._strategies) if i not in self._boxes}
        self._panels = panels_of(read, self._opened, self._chat_model, self._vectors, line)
        hold_written(dict(ChainMap(*(panel.running() for panel in self._panels.values()))), self._opened)
        written = [panel.fingerprint for panel in self._panels.values()]
        request = Request(
            self._opened, question, self._strategies, self._vectors, self._chat_model, written, documents.repeated(),
            session().why, self._boxes.keys(),
        )  # fmt: skip
        if self._chat_model is None:
            stop_all()
        else:
            self._writing = Writing(question, self._searched, self._chat_model, self._vectors)

        def report(progress: Progress) -> None:
            self._draw_ready()
            line(progress)

        self._complete(running.compared(request, self._arrive, report))

    def _arrive(self, ready: ReadyColumn) -> None:
        self._columns[ready.position] = self._with_answer(ready.position, ready.column)
        self._explanations[ready.position] = ready.explanations or []
        self._draw_ready()

    def _draw_ready(self) -> None:
        """Draw the columns that are ready before the others are."""
        ready = [body for body, column in zip(self._bodies, self._columns, strict=True) if column and not body.drawn]
        if not ready or time.monotonic() - self._began_s < _AT_ONCE_S:
            return
        known = [c or _empty(s) for c, s in zip(self._columns, self._strategies, strict=True)]
        view = self._view(self._comparison(known))
        for body in ready:
            body.draw(view, self._writing, self._panels_of(body.position), complete=False)
        self._draw_ribbon()

    def _complete(self, compared: Compared) -> None:
        """Draw what is not drawn yet, and what needs all columns."""
        comparison = compared.comparison
        if session().why:
            self._explanations = list(compared.explanations or self._explanations)
        columns = [c or self._with_answer(i, comparison.columns[i]) for i, c in enumerate(self._columns)]
        self._columns = list(columns)
        view = self._view(comparison.model_copy(update={"columns": columns}))
        for body in self._bodies:
            if body.drawn:
                body.complete(view)
            else:
                body.draw(view, self._writing, self._panels_of(body.position), complete=True)
        self._draw_ribbon()
        self._draw_pane(view)
        if self._writing is not None:
            self._writing.stop_others()
        with self._frame.below:
            below.found_sections(view)
            below.downloads(view, self._vectors.model, self._resources)

    def _panels_of(self, position: int) -> list[Panel]:
        """What a column offers to do before it is complete."""
        panel = self._panels.get(position)
        return [*self._boxes.get(position, []), *([panel] if panel else [])]

    def _with_answer(self, position: int, column: Column) -> Column:
        if self._writing is None:
            return column
        return self._writing.begin(position, session().columns[position].uid, column)

    def _view(self, comparison: Comparison) -> ComparisonView:
        return ComparisonView(comparison, self._searched, self._names, self._explanations if session().why else None)

    def _comparison(self, columns: list[Column]) -> Comparison:
        """What is shown while there is no whole one."""
        return Comparison.model_construct(columns=columns, tokenizer=session().tokenizer, question=session().question)

    def _draw_pane(self, view: ComparisonView) -> None:
        with self._frame.pane:
            page_pane(view)

    def _draw_ribbon(self) -> None:
        self._frame.ribbon.html(ribbon_html(self._columns, self._searched, self._names))

    def _wait(self, progress: str) -> None:
        """Say in the columns that are not ready how far the work is; and draw answers that are being written."""
        if time.monotonic() - self._began_s > _SHOW_OLD_S:
            for body in self._bodies:
                if not body.drawn:
                    body.wait(progress + waiting_html())
        if self._writing is not None:
            self._writing.draw_again()


def _empty(strategy: object) -> Column:
    """In the place of a column that is not ready."""
    return Column.model_construct(strategy=strategy, hits=[], answer=None)
