"""The headings of PDFs: of real papers against their own lists of sections, and of PDFs made here."""

from __future__ import annotations

import functools
import io
import re

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from rag_core import open_document
from rag_core.documents import Document
from rag_core.documents.sections import headings, section_path
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
SECTIONS = {
    "papers/llama": (
        "Abstract|1 Introduction|2 Approach|2.1 Pre-training Data|2.2 Architecture|2.3 Optimizer|2.4 Efficient "
        "implementation|3 Main results|3.1 Common Sense Reasoning|3.2 Closed-book Question Answering|3.3 Reading "
        "Comprehension|3.4 Mathematical reasoning|3.5 Code generation|3.6 Massive Multitask Language Understanding|"
        "3.7 Evolution of performance during training|4 Instruction Finetuning|5 Bias, Toxicity and Misinformation|"
        "5.1 RealToxicityPrompts|5.2 CrowS-Pairs|5.3 WinoGender|5.4 TruthfulQA|6 Carbon footprint|7 Related work|"
        "8 Conclusion|Acknowledgements|References|A Question Answering|B MMLU|C Generations from LLaMA-65B|"
        "D Generations from LLaMA-I|LLaMA: Open and Efficient Foundation Language Models"
    ),
    "papers/bert": (
        "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding|Abstract|1 Introduction|"
        "2 Related Work|2.1 Unsupervised Feature-based Approaches|2.2 Unsupervised Fine-tuning Approaches|2.3 Transfer "
        "Learning from Supervised Data|3 BERT|3.1 Pre-training BERT|3.2 Fine-tuning BERT|4 Experiments|4.1 GLUE|"
        "4.2 SQuAD v1.1|4.3 SQuAD v2.0|4.4 SWAG|5 Ablation Studies|5.1 Effect of Pre-training Tasks|"
        "5.2 Effect of Model Size|5.3 Feature-based Approach with BERT|"
        "6 Conclusion|References|Appendix for “BERT: Pre-training of Deep "
        "Bidirectional Transformers for Language Understanding”|A Additional Details for BERT|A.1 Illustration of the "
        "Pre-training Tasks|A.2 Pre-training Procedure|A.3 Fine-tuning Procedure|A.4 Comparison of BERT, ELMo ,and "
        "OpenAI GPT|A.5 Illustrations of Fine-tuning on Different Tasks|B Detailed Experimental Setup|B.1 Detailed "
        "Descriptions for the GLUE Benchmark Experiments.|C Additional Ablation Studies|C.1 Effect of Number of "
        "Training Steps|C.2 Ablation for Different Masking Procedures"
    ),
    "papers/roberta": (
        "RoBERTa: A Robustly Optimized BERT Pretraining Approach|Abstract|1 Introduction|2 Background|2.1 Setup|"
        "2.2 Architecture|2.3 Training Objectives|2.4 Optimization|2.5 Data|3 Experimental Setup|3.1 Implementation|"
        "3.2 Data|3.3 Evaluation|4 Training Procedure Analysis|4.1 Static vs. Dynamic Masking|4.2 Model Input Format "
        "and Next Sentence Prediction|4.3 Training with large batches|4.4 Text Encoding|5 RoBERTa|5.1 GLUE Results|"
        "5.2 SQuAD Results|5.3 RACE Results|6 Related Work|7 Conclusion|References|Appendix for “RoBERTa: A Robustly "
        "Optimized BERT Pretraining Approach”|A Full results on GLUE|B Pretraining Hyperparameters|C Finetuning "
        "Hyperparameters"
    ),
    "papers/superglue": (
        "SuperGLUE: A Stickier Benchmark for General-Purpose Language Understanding Systems|Abstract|1 Introduction|"
        "2 Related Work|3 SuperGLUE Overview|3.1 Design Process|3.2 Selected Tasks|3.3 Scoring|3.4 Tools for Model "
        "Analysis|4 Using SuperGLUE|5 Experiments|5.1 Baselines|5.2 Results|6 Conclusion|7 Acknowledgments|References|"
        "A Development Set Results|B Performance on GLUE Diagnostics|C Human Performance Estimation|C.1 Training Phase "
        "Instructions|C.2 Task Instructions|C.3 Task Specific Details|D Excluded Tasks|Plausible Answer Instructions|"
        "Speaker Commitment Instructions|Winograd Schema Instructions|Question-Answering Instructions|Textual "
        "Entailment Instructions|GAP Instructions|Paraphrase Detection Instructions|Insincere Questions Instructions|"
        "Entity Typing Instructions|Empathy and Distress Analysis Instructions"
    ),
}


@functools.cache
def opened(name: str) -> Document:
    return open_document(DATA / f"{name}.pdf")


def found(document: Document) -> list[tuple[int, str]]:
    return [(block.level or 0, " ".join(document.text[slice(*block.span)].split())) for block in headings(document)]


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the development data beside the project")
@pytest.mark.parametrize("name", SECTIONS)
def test_the_sections_of_papers_are_found(name: str) -> None:
    expected = set(SECTIONS[name].split("|"))
    seen = found(opened(name))
    names = [text for _, text in seen]
    assert len(expected & set(names)) >= 0.95 * len(expected), expected - set(names)
    # The prompts of LLaMA's appendix are bold lines of their own too.
    assert len(expected & set(names)) >= 0.75 * len(names), set(names) - expected
    for level, text in seen:
        if number := re.match(r"(\d+|[A-Z])((?:\.\d+)*) ", text):
            assert level == 1 + number[2].count("."), (level, text)


def drawn(draw: object, pages: int = 1) -> Document:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=letter, invariant=True)
    for page in range(pages):
        draw(canvas, page)  # type: ignore[operator]
        canvas.showPage()
    canvas.save()
    return open_document(buffer.getvalue(), name="made.pdf")


WORDS = (
    "The mill stands by the river and its wheel turns all day long without a pause in",
    "summer and in winter, and the miller sits beside it and watches what the water does",
    "to the stones that grind his corn, and in the evening he goes home to eat his bread.",
)


def lines(canvas: Canvas, y: float, *rows: tuple[str, str, float], x: float = 72.0) -> float:
    """Draw rows of text, font and size below each other; "" as the text is three lines of prose."""
    for text, font, size in rows:
        for row in [text] if text else WORDS:
            y -= size * 1.25
            canvas.setFont(font, size)
            canvas.drawString(x, y, row)
        y -= size * 0.9
    return y


PROSE = ("", "Times-Roman", 10.0)


def test_sizes_give_levels_where_there_are_no_numbers() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        y = lines(canvas, 740, ("Annual Report", "Helvetica-Bold", 24), PROSE, ("The Mill", "Helvetica-Bold", 16))
        y = lines(canvas, y, PROSE, ("Wheels", "Helvetica-Bold", 12), PROSE, ("The River", "Helvetica-Bold", 16), PROSE)

    document = drawn(draw)
    assert found(document) == [(1, "Annual Report"), (2, "The Mill"), (3, "Wheels"), (2, "The River")]
    path = section_path(document, document.text.rindex("home to eat"))
    assert [document.text[slice(*span)] for span in path] == ["Annual Report", "The River"]


def test_numbers_give_levels_in_a_document_of_one_size() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        rows = ("1 Introduction", "2 The mill", "2.1 Wheels", "2.1.1 Wood", "3 The river")
        pairs = [row for text in rows for row in ((text, "Times-Bold", 10.0), PROSE)]
        lines(canvas, 740, *pairs)

    assert found(drawn(draw)) == [
        (1, "1 Introduction"),
        (1, "2 The mill"),
        (2, "2.1 Wheels"),
        (3, "2.1.1 Wood"),
        (1, "3 The river"),
    ]


def test_headings_may_begin_left_of_an_indented_text_but_notes_in_the_margin_are_none() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        y = 740.0
        for text in ("1 The mill and its wheels", "2 The river and its banks"):
            y = lines(canvas, y, (text, "Helvetica-Bold", 14.0))
            y = lines(canvas, y, PROSE, x=108)
            y = lines(canvas, y, ("A note", "Helvetica-Bold", 14.0), x=18)

    assert [text for _, text in found(drawn(draw))] == ["1 The mill and its wheels", "2 The river and its banks"]


def test_divisions_contain_sections_that_are_set_larger() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        rows = (
            ("PART I", "Times-Bold", 10.0),
            ("ITEM 1. BUSINESS", "Times-Bold", 10.0),
            ("Our mills", "Times-Bold", 14.0),
            ("ITEM 2. RIVERS", "Times-Bold", 10.0),
            ("Note 1 - Water", "Times-Bold", 10.0),
            ("Its level", "Times-Bold", 14.0),
            ("PART II", "Times-Bold", 10.0),
        )
        lines(canvas, 760, *(row for heading in rows for row in (heading, PROSE)))

    assert [level for level, _ in found(drawn(draw))] == [1, 2, 3, 2, 3, 4, 1]


def test_a_title_over_two_lines_is_one_heading() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        y = lines(canvas, 740, ("x", "Times-Roman", 1.0))
        for text in ("A Long History of the Mill by the River", "and of the People who Lived in It"):
            y -= 24
            canvas.setFont("Times-Bold", 20)
            canvas.drawString(72, y, text)
        lines(canvas, y - 20, PROSE, ("1 Wheels", "Times-Bold", 12), PROSE, ("2 Stones", "Times-Bold", 12), PROSE)

    document = drawn(draw)
    title = "A Long History of the Mill by the River and of the People who Lived in It"
    assert found(document) == [(1, title), (1, "1 Wheels"), (1, "2 Stones")]


def test_bold_words_at_the_start_of_a_paragraph_are_no_heading() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        y = lines(canvas, 740, ("Mills", "Times-Bold", 14), PROSE)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, y - 12, "Wheels.")
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(112, y - 12, "They turn all day long without a pause, in summer and in winter, and so")
        canvas.drawString(72, y - 24, "on, and the miller sits beside them and watches what the water does.")

    assert found(drawn(draw)) == [(1, "Mills")]


def test_page_numbers_quoted_digits_and_heads_of_tables_are_no_headings() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        canvas.setFont("Times-Roman", 9)
        canvas.drawString(72, 760, "The Journal of Mills")
        canvas.drawString(300, 30, str(page + 1))
        y = lines(
            canvas, 730, (f"Part of page {'ABCD'[page]}", "Times-Bold", 14), PROSE, ("42", "Times-Bold", 40), PROSE
        )
        y = lines(canvas, y, ("Table 1: What the mill ground", "Times-Bold", 11))
        for row, font in (("Year", "Times-Bold"), ("Wheat", "Times-Roman"), ("Rye", "Times-Roman")):
            y -= 12
            canvas.setFont(font, 10)
            for x, cell in ((72, row), (250, "2021"), (350, "2022")):
                canvas.drawString(x, y, cell)

    document = drawn(draw, pages=4)
    assert found(document) == [(1, f"Part of page {letter_of}") for letter_of in "ABCD"]
    captions = [document.text[slice(*block.span)] for block in document.blocks if block.kind == "caption"]
    assert captions == ["Table 1: What the mill ground"] * 4


def test_list_items_are_blocks() -> None:
    def draw(canvas: Canvas, page: int) -> None:
        y = lines(canvas, 740, ("Mills", "Times-Bold", 14), PROSE)
        for text in ("• The wheel turns.", "• The stones grind.", "• The sacks fill."):
            y -= 12
            canvas.setFont("Times-Roman", 10)
            canvas.drawString(90, y, text)

    document = drawn(draw)
    items = [document.text[slice(*block.span)] for block in document.blocks if block.kind == "list_item"]
    assert items == ["• The wheel turns.", "• The stones grind.", "• The sacks fill."]
