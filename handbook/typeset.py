"""Sets Markdown as a PDF in the look of the handbook: Markdown becomes Typst markup, behind style.typ.

The same source, packages and fonts give the same bytes. The fonts (Source Serif and Source Sans, under the SIL
Open Font License) are those that Streamlit ships for the app, so that the page and the app share a typeface.
"""

import importlib.util
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

HERE = Path(__file__).resolve().parent
STYLE = HERE / "style.typ"
TIMESTAMP = datetime(2025, 1, 1, tzinfo=UTC)
FONTS = ("SourceSerifVariable-Roman", "SourceSerifVariable-Italic", "SourceSansVF-Upright", "SourceSansVF-Italic")

NOTE_DEFINITION = re.compile(r"^\[\^(\w+)\]:[ ]+(.+(?:\n {4}.+)*)\n?", re.MULTILINE)
NOTE_MARK = re.compile(r"\[\^(\w+)\]")
DIRECTIVE = re.compile(r"<!--\s*(/?[\w-]+)(?::\s*(.+?))?\s*-->")
CAPTION = re.compile(r"(Table|Figure) \d+\.$")
MARKUP = re.compile(r"([\\*_`$#@<>\[\]~=+/;-])")


def read_markdown(source: str) -> tuple[SyntaxTreeNode, dict[str, str]]:
    """The document's tree, and its footnotes by name, which are removed first: CommonMark has no footnotes."""
    notes = {name: " ".join(body.split()) for name, body in NOTE_DEFINITION.findall(source)}
    parser = MarkdownIt("commonmark").enable("table")
    return SyntaxTreeNode(parser.parse(NOTE_DEFINITION.sub("", source))), notes


class Converter:
    """Converts a Markdown tree to Typst markup, with one method for each type of node."""

    def __init__(self, notes: dict[str, str], figures: Mapping[str, str]) -> None:
        self.notes = notes
        self.figures = figures
        self.widths: list[str] = []
        self.caption = self.figure = ""
        self.spans_columns = False

    def convert(self, node: SyntaxTreeNode) -> str:
        """The Typst markup of a node with its children."""
        method: Callable[[SyntaxTreeNode], str] = getattr(self, f"_on_{node.type}")
        return method(node)

    def _inside(self, node: SyntaxTreeNode) -> str:
        return "".join(self.convert(child) for child in node.children)

    _on_root = _on_inline = _inside

    def _on_text(self, node: SyntaxTreeNode) -> str:
        # re.split with a group alternates between plain text and the names of footnotes.
        parts = NOTE_MARK.split(node.content)
        return "".join(self._note(part) if i % 2 else _escape(part) for i, part in enumerate(parts))

    def _note(self, name: str) -> str:
        tree, _ = read_markdown(self.notes.pop(name))
        return f"#footnote[{self._inside(tree.children[0])}]"

    def _on_softbreak(self, node: SyntaxTreeNode) -> str:
        return "\n"

    def _on_strong(self, node: SyntaxTreeNode) -> str:
        return f"#strong[{self._inside(node)}]"

    def _on_em(self, node: SyntaxTreeNode) -> str:
        return f"#emph[{self._inside(node)}]"

    def _on_heading(self, node: SyntaxTreeNode) -> str:
        level = int(node.tag[1])
        if level == 1:
            return f"#booktitle[{self._inside(node)}]\n"
        number, title = self._inside(node).split(" ", 1)
        heading = f"#heading(level: {level - 1})[#number[{number}]{title}]\n"
        if self.spans_columns:  # a two-column page begins with this heading
            self.spans_columns = False
            return f"#two-columns([{heading}])[\n"
        return heading

    def _on_paragraph(self, node: SyntaxTreeNode) -> str:
        first, *rest = _written(node.children[0])
        body = self._inside(node)
        if first.type == "strong" and CAPTION.match(_written(first)[0].content):
            return self._captioned(body)
        if first.type == "em" and not rest:
            return f"#subtitle[{self._inside(first)}]\n"
        return f"{body}\n\n"

    def _captioned(self, caption: str) -> str:
        """A figure is above its caption and drawn now; a table is below its caption and drawn later."""
        if not self.figure:
            self.caption = caption
            return ""
        figure, self.figure = self.figure, ""
        return f"#plate(below: [{caption}], {figure})\n"

    def _on_blockquote(self, node: SyntaxTreeNode) -> str:
        return f"#display[{self._inside(node).strip()}]\n"

    def _on_bullet_list(self, node: SyntaxTreeNode) -> str:
        if all(_starts_with_strong(item) for item in node.children):
            return f"#glossary({', '.join(self._term(item) for item in node.children)})\n"
        return self._items("list", node)

    def _on_ordered_list(self, node: SyntaxTreeNode) -> str:
        return self._items("enum", node)

    def _items(self, kind: str, node: SyntaxTreeNode) -> str:
        return f"#{kind}({', '.join(f'[{self._inside(item).strip()}]' for item in node.children)})\n"

    def _term(self, item: SyntaxTreeNode) -> str:
        name, *rest = _written(item.children[0].children[0])
        return f"([{self._inside(name)}], [{''.join(map(self.convert, rest)).strip()}])"

    def _on_table(self, node: SyntaxTreeNode) -> str:
        head, body = node.children
        cells = [cell for row in body.children for cell in row.children]
        aligns = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in head.children[0].children]
        table = (
            f"data-table(columns: {_array(self.widths)}, align: {_array(aligns)}, "
            f"header: {_array(self._cells(head.children[0].children))}, {', '.join(self._cells(cells))})"
        )
        return f"#plate(above: [{self.caption}], {table})\n"

    def _cells(self, cells: Sequence[SyntaxTreeNode]) -> list[str]:
        return [f"[{self._inside(cell)}]" for cell in cells]

    def _on_html_block(self, node: SyntaxTreeNode) -> str:
        """Comments are directives for what Markdown cannot express: contents, figures and columns."""
        match = DIRECTIVE.match(node.content)
        if not match:
            raise ValueError(f"not a directive: {node.content!r}")
        name, value = match.groups()
        if name == "widths":
            self.widths = value.split()
            return ""
        if name == "figure":
            self.figure = self.figures[value]
            return ""
        if name == "two-columns":
            self.spans_columns = True
            return ""
        return {"contents": "#contents()\n", "/two-columns": "]\n"}[name]


def _written(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The children without the empty texts that the Markdown parser puts around emphasis."""
    return [child for child in node.children if child.type != "text" or child.content]


def _starts_with_strong(item: SyntaxTreeNode) -> bool:
    return _written(item.children[0].children[0])[0].type == "strong"


def _escape(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def quoted(text: str) -> str:
    """A text as a string literal of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _array(items: Sequence[str]) -> str:
    return f"({', '.join(items)},)"


def unpack_fonts(folder: Path) -> None:
    """Write Streamlit's fonts, which are compressed for browsers, as TrueType files for Typst."""
    spec = importlib.util.find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise SystemExit("The handbook is set in the fonts that Streamlit ships: install requirements.txt first.")
    media = Path(spec.origin).parent / "static" / "static" / "media"
    for name in FONTS:
        font = TTFont(next(media.glob(f"{name}.*.woff2")), recalcTimestamp=False)
        font.flavor = None
        font.save(folder / f"{name}.ttf")


def markup(source: str, figures: Mapping[str, str]) -> str:
    """The Typst markup of Markdown; `figures` has the markup of each figure that it names."""
    tree, notes = read_markdown(source)
    converter = Converter(notes, figures)
    body = converter.convert(tree)
    if notes:
        raise ValueError(f"footnotes without a mark: {sorted(notes)}")
    return body


def compile_pdf(source: str, output: Path, figures: Mapping[str, str] | None = None) -> None:
    """Write the PDF that Markdown becomes."""
    text = STYLE.read_text(encoding="utf-8") + markup(source, figures or {})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unpack_fonts(folder)
        main = folder / "handbook.typ"
        main.write_text(text, encoding="utf-8")
        typst.compile(main, output, font_paths=[folder], ignore_system_fonts=True, timestamp=TIMESTAMP)
