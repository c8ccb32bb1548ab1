"""Build the sample document: handbook.md, set by style.typ, becomes rag_core/sample/handbook.pdf.

    python handbook/build_handbook.py [OUTPUT.pdf]

The same source, packages and fonts give the same bytes. The fonts (Source Serif and Source Sans, under the SIL
Open Font License) are those that Streamlit ships for the app, so that the page and the app share a typeface.
"""

import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "handbook.md"
STYLE = HERE / "style.typ"
OUTPUT = HERE.parent / "rag_core" / "sample" / "handbook.pdf"
TIMESTAMP = datetime(2025, 1, 1, tzinfo=UTC)
FONTS = ("SourceSerifVariable-Roman", "SourceSerifVariable-Italic", "SourceSansVF-Upright", "SourceSansVF-Italic")

NOTE_DEFINITION = re.compile(r"^\[\^(\w+)\]:[ ]+(.+(?:\n {4}.+)*)\n?", re.MULTILINE)
NOTE_MARK = re.compile(r"\[\^(\w+)\]")
DIRECTIVE = re.compile(r"<!--\s*(/?[\w-]+)(?::\s*(.+?))?\s*-->")
CAPTION = re.compile(r"(Table|Figure) \d+\.$")
MARKUP = re.compile(r"([\\*_`$#@<>\[\]~=+/-])")


def read_markdown(source: str) -> tuple[SyntaxTreeNode, dict[str, str]]:
    """The document's tree, and its footnotes by name: CommonMark has none, so they are taken out first."""
    notes = {name: " ".join(body.split()) for name, body in NOTE_DEFINITION.findall(source)}
    parser = MarkdownIt("commonmark").enable("table")
    return SyntaxTreeNode(parser.parse(NOTE_DEFINITION.sub("", source))), notes


class Converter:
    """Markdown tree to Typst markup. Each kind of node has a method of its name."""

    def __init__(self, notes: dict[str, str]) -> None:
        self.notes = notes
        self.widths: list[str] = []
        self.caption = self.figure = ""
        self.spans_columns = False

    def convert(self, node: SyntaxTreeNode) -> str:
        method: Callable[[SyntaxTreeNode], str] = getattr(self, f"on_{node.type}")
        return method(node)

    def inside(self, node: SyntaxTreeNode) -> str:
        return "".join(self.convert(child) for child in node.children)

    on_root = on_inline = inside

    def on_text(self, node: SyntaxTreeNode) -> str:
        # re.split with a group alternates between plain text and the names of footnotes.
        parts = NOTE_MARK.split(node.content)
        return "".join(self.note(part) if i % 2 else escape(part) for i, part in enumerate(parts))

    def note(self, name: str) -> str:
        tree, _ = read_markdown(self.notes.pop(name))
        return f"#footnote[{self.inside(tree.children[0])}]"

    def on_softbreak(self, node: SyntaxTreeNode) -> str:
        return "\n"

    def on_strong(self, node: SyntaxTreeNode) -> str:
        return f"#strong[{self.inside(node)}]"

    def on_em(self, node: SyntaxTreeNode) -> str:
        return f"#emph[{self.inside(node)}]"

    def on_heading(self, node: SyntaxTreeNode) -> str:
        level = int(node.tag[1])
        if level == 1:
            return f"#booktitle[{self.inside(node)}]\n"
        number, title = self.inside(node).split(" ", 1)
        heading = f"#heading(level: {level - 1})[#number[{number}]{title}]\n"
        if self.spans_columns:  # a two-column page begins with this heading
            self.spans_columns = False
            return f"#two-columns([{heading}])[\n"
        return heading

    def on_paragraph(self, node: SyntaxTreeNode) -> str:
        first, *rest = written(node.children[0])
        body = self.inside(node)
        if first.type == "strong" and CAPTION.match(written(first)[0].content):
            return self.captioned(body)
        if first.type == "em" and not rest:
            return f"#subtitle[{self.inside(first)}]\n"
        return f"{body}\n\n"

    def captioned(self, caption: str) -> str:
        """A figure stands above its caption and is drawn now; a table stands below and follows."""
        if not self.figure:
            self.caption = caption
            return ""
        figure, self.figure = self.figure, ""
        return f"#plate(below: [{caption}], {figure})\n"

    def on_blockquote(self, node: SyntaxTreeNode) -> str:
        return f"#display[{self.inside(node).strip()}]\n"

    def on_bullet_list(self, node: SyntaxTreeNode) -> str:
        if all(starts_with_strong(item) for item in node.children):
            return f"#glossary({', '.join(self.term(item) for item in node.children)})\n"
        return self.items("list", node)

    def on_ordered_list(self, node: SyntaxTreeNode) -> str:
        return self.items("enum", node)

    def items(self, kind: str, node: SyntaxTreeNode) -> str:
        return f"#{kind}({', '.join(f'[{self.inside(item).strip()}]' for item in node.children)})\n"

    def term(self, item: SyntaxTreeNode) -> str:
        name, *rest = written(item.children[0].children[0])
        return f"([{self.inside(name)}], [{''.join(map(self.convert, rest)).strip()}])"

    def on_table(self, node: SyntaxTreeNode) -> str:
        head, body = node.children
        cells = [cell for row in body.children for cell in row.children]
        aligns = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in head.children[0].children]
        table = (
            f"data-table(columns: {array(self.widths)}, align: {array(aligns)}, "
            f"header: {array(self.cells(head.children[0].children))}, {', '.join(self.cells(cells))})"
        )
        return f"#plate(above: [{self.caption}], {table})\n"

    def cells(self, cells: Sequence[SyntaxTreeNode]) -> list[str]:
        return [f"[{self.inside(cell)}]" for cell in cells]

    def on_html_block(self, node: SyntaxTreeNode) -> str:
        """Comments carry what Markdown cannot say: where contents, figure and columns go."""
        match = DIRECTIVE.match(node.content)
        if not match:
            raise ValueError(f"not a directive: {node.content!r}")
        name, value = match.groups()
        if name == "widths":
            self.widths = value.split()
            return ""
        if name == "figure":
            self.figure = {"cuts": cuts_figure}[value]()
            return ""
        if name == "two-columns":
            self.spans_columns = True
            return ""
        return {"contents": "#contents()\n", "/two-columns": "]\n"}[name]


def written(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The children without the empty texts that the parser leaves around emphasis."""
    return [child for child in node.children if child.type != "text" or child.content]


def starts_with_strong(item: SyntaxTreeNode) -> bool:
    return written(item.children[0].children[0])[0].type == "strong"


def escape(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def array(items: Sequence[str]) -> str:
    return f"({', '.join(items)},)"


# Figure 1: lengths of 19 sentences, in tokens, and the cuts that follow from them.
SENTENCES = (26, 33, 24, 35, 31, 27, 32, 36, 29, 41, 38, 17, 34, 29, 40, 30, 37, 26, 35)
EXCERPT = (208, 244)
SIZE, OVERLAP, WINDOW, STRIDE = 128, 20, 254, 127


def steps(total: int, size: int, stride: int) -> Iterator[tuple[int, int]]:
    start = 0
    while True:
        yield start, min(start + size, total)
        if start + size >= total:
            return
        start += stride


def sentence_chunks(lengths: Sequence[int], size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Whole sentences up to the size; whole sentences up to the overlap are repeated."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    start = 0
    for end, following in zip(ends, [*ends[1:], None], strict=True):
        if following is None or following - start > size:
            yield start, end
            start = min((e for e in [0, *ends] if end - overlap <= e <= end), default=end)


def cuts_figure() -> str:
    total = sum(SENTENCES)
    rows = {
        f"Token chunks {SIZE}/{OVERLAP}": [(*s, 0) for s in steps(total, SIZE, SIZE - OVERLAP)],
        f"Sentence chunks {SIZE}/{OVERLAP}": [(*s, 0) for s in sentence_chunks(SENTENCES, SIZE, OVERLAP)],
        "Windows of the model": [(*s, i % 2) for i, s in enumerate(steps(total, WINDOW, STRIDE))],
    }
    drawn = [f"({quoted(label)}, {array([str(bar) for bar in bars])})" for label, bars in rows.items()]
    ends = [str(sum(SENTENCES[: i + 1])) for i in range(len(SENTENCES))]
    return f"cuts-figure(sentences: {array(ends)}, rows: {array(drawn)}, excerpt: {EXCERPT})"


def unpack_fonts(folder: Path) -> None:
    """Streamlit ships its fonts compressed for browsers; Typst reads them as TrueType."""
    spec = importlib.util.find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise SystemExit("The handbook is set in the fonts that Streamlit ships: install requirements.txt first.")
    media = Path(spec.origin).parent / "static" / "static" / "media"
    for name in FONTS:
        font = TTFont(next(media.glob(f"{name}.*.woff2")), recalcTimestamp=False)
        font.flavor = None
        font.save(folder / f"{name}.ttf")


def markup(source: str) -> str:
    tree, notes = read_markdown(source)
    converter = Converter(notes)
    body = converter.convert(tree)
    if notes:
        raise ValueError(f"footnotes without a mark: {sorted(notes)}")
    return body


def build(output: Path) -> None:
    text = STYLE.read_text(encoding="utf-8") + markup(SOURCE.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unpack_fonts(folder)
        main = folder / "handbook.typ"
        main.write_text(text, encoding="utf-8")
        typst.compile(main, output, font_paths=[folder], ignore_system_fonts=True, timestamp=TIMESTAMP)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    target.parent.mkdir(parents=True, exist_ok=True)
    build(target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")
