"""The faithfulness audit: all real differences of two transcripts, and errors planted in the text of papers."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import open_document
from rag_core.text.audit import Audit, audit
from tests.text.planted import Planted, as_transcript, planted

# Read word by word: what the transcripts of pages 23 and 24 have, and what the text layer has there. The first node
# is of page 22, the second breaks off in the table, at "13B 41", the third and fourth at "prompts" and "in t".
ON_PAGE_23 = [
    ("number", "14.83", "14.53"),
    ("missing", "", "AsLLMsareintegratedanddeployed,welookforwardtocontinuingresearchthatwillamplifytheirpotential"
     "forpositiveimpactontheseimportantsocialissues"),
    ("number", "3.2", "3.2.2"),
    ("replaced", "safe", "style"),
    ("number", "2019", "2021b"),
    ("replaced", "safe", "safer"),
    ("missing", "", "a"),
    ("missing", "", "an"),
]  # fmt: skip
ON_PAGE_24 = [("replaced", "clean", "safe"), ("replaced", "score", "compare")]


def found(result: Audit) -> list[tuple[str, str, str]]:
    return [(one.kind, one.read, re.sub(r"\s", "", one.layer)) for one in result.findings]


@pytest.fixture
def vision(shared_data) -> dict[str, str]:
    folder = shared_data / "vision"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    reply = re.search(r"```markdown\n(.*)```", texts["page_24.md"], re.DOTALL)
    assert reply is not None
    return texts | {"page_24.md": reply[1]}


def test_the_transcripts_of_two_pages(vision) -> None:
    layer = vision["text_layer_pages_23_24.txt"]
    both = audit(f"{vision['page_23.md']}\n\n{vision['page_24.md']}", layer)
    assert found(both) == ON_PAGE_23 + ON_PAGE_24
    assert found(audit(vision["page_23.md"], layer)) == ON_PAGE_23
    assert found(audit(vision["page_24.md"], layer)) == ON_PAGE_24


def test_spans_of_findings_hold_their_words(vision) -> None:
    layer = vision["text_layer_pages_23_24.txt"]
    for one in audit(vision["page_24.md"], layer).findings:
        assert vision["page_24.md"][slice(*one.read_span)] == one.read
        assert layer[slice(*one.layer_span)] == one.layer


PAGE = (
    "4.2 Findings\nThe queens of 14 hives were weighed in May: 0.21 g on average, down 3.5% from 2019 (Table 5). "
    "Workers danced for 1,234 flights.2 We count a dance as long if it lasts over 8.5 s.\n"
    "Hives in the north swarmed later. They also stored more honey, which the bees need.\n12"
)


@pytest.mark.parametrize(
    "read",
    [
        PAGE,
        PAGE.removesuffix("\n12").upper(),
        "## 4.2 Findings\n\n" + PAGE.partition("\n")[2].removesuffix("\n12"),
        PAGE.replace("weighed", "**weighed**").replace("flights.2", "flights.<sup>2</sup>"),
        PAGE.replace("flights.2", "flights.[^2]").replace("also stored", "also-stored"),
        PAGE.replace("flights.2", "flights.").replace("Findings", "Find-\nings").replace("1,234", "1234"),
        PAGE.replace("the bees need", "thebeesneed").replace("fi", "ﬁ").replace("3.5%", "3.5 %"),
        "- " + PAGE.replace("Hives in", "| Hives | in |"),
    ],
)
def test_form_is_no_finding(read) -> None:
    assert audit(read, PAGE).findings == ()


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("0.21", "0.24", "number"),
        ("0.21", "0,21", "number"),
        ("0.21 g", "0.21 kg", "replaced"),
        ("0.21", "-0.21", "number"),
        ("3.5%", "35%", "number"),
        ("Table 5", "Table 6", "number"),
        ("over 8.5", "8.5", "missing"),
        ("later", "earlier", "replaced"),
        ("was", "was not", "added"),
        ("the north", "north", "missing"),
        ("They also", "They ate it all. They also", "added"),
        ("Hives in the north swarmed later. ", "", "missing"),
        ("need", "needed", "replaced"),
        ("long", "belong", "replaced"),
    ],
)
def test_real_differences_are_findings(right, wrong, kind) -> None:
    page = PAGE.replace("were weighed", "was weighed")
    findings = audit(page.replace(right, wrong), page).findings
    assert [one.kind for one in findings] == [kind]


AMOUNTS = (
    "Net sales were $ (1,234) million in 2021, compared with $ 2,345 million in 2020, up 95% in all.\n"
    "Temperature fell by -3.5 degrees to 12 °C at a rate of 1e-4 with 8 x 32GB and p < 0.05 in 7B cells.\n"
)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(1,234)", "1,234"),
        ("-3.5", "3.5"),
        ("°C", "°F"),
        ("2,345 million", "2,345 billion"),
        ("$ 2,345", "€ 2,345"),
        ("95%", "95"),
        ("< 0.05", "> 0.05"),
        ("1e-4", "1e4"),
        ("1e-4", "1e-5"),
        ("2,345", "2.345"),
        ("7B", "7M"),
        ("2,345", "2,34"),
    ],
)
def test_changed_signs_and_units_are_findings(right, wrong) -> None:
    [finding] = audit(AMOUNTS.replace(right, wrong), AMOUNTS).findings
    assert finding.kind in ("number", "replaced")


@pytest.mark.parametrize(
    ("right", "same"),
    [
        ("(1,234)", "-1,234"),
        ("-3.5", "\u22123.5"),
        ("2,345", "2345"),
        ("p < 0.05", "$p < 0.05$"),
        ("p < 0.05", "p &lt; 0.05"),
        ("8 x 32", "$8 \\times 32$"),
        ("1e-4", "$1e{-4}$"),
        ("95%", "95\\%"),
        ("$ (1,234)", "| $(1,234) |"),
        ("Net sales", "[Net sales](http://example.org/sales)"),
    ],
)
def test_other_forms_of_amounts_are_no_findings(right, same) -> None:
    assert audit(AMOUNTS.replace(right, same), AMOUNTS).findings == ()


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_audited(read, layer) -> None:
    assert audit(read, read).findings == ()
    for one in audit(read, layer).findings:
        assert read[slice(*one.read_span)] == one.read
        assert layer[slice(*one.layer_span)] == one.layer
        assert one.read != one.layer


@pytest.mark.parametrize(
    ("paper", "layer_by"),
    [("roberta", "pypdf"), ("bert", "pdfium"), ("llama", "pypdf"), ("superglue", "pdfium"), ("superglue", "pypdf")],
)
def test_planted_errors_are_found_and_little_else(shared_data, paper, layer_by) -> None:
    data = (shared_data / "papers" / f"{paper}.pdf").read_bytes()
    document = open_document(data)
    pages = [document.text[page.start : page.end] for page in document.pages]
    layers = pages if layer_by == "pdfium" else pypdf_pages(data, count=8)
    errors = alarms = words = 0
    for first in range(0, min(len(pages), 8), 4):
        text, made = planted("\n\n".join(pages[first : first + 4]), seed=first)
        read = as_transcript(text, seed=first)
        result = audit(read, "\n".join(layers[first : first + 4]), [left.text for left in document.left_out])
        missed = [error for error in made if not any(shows(one, error) for one in result.findings)]
        assert missed == []
        errors += len(made)
        alarms += sum(not any(shows(one, error) for error in made) for one in result.findings)
        words += result.words
    assert errors > 10
    assert alarms < words / 200


def shows(finding, error: Planted) -> bool:
    """Whether the finding has the words of the error, or some of them."""
    read, layer, right, wrong = map(bare, (finding.read, finding.layer, error.right, error.wrong))
    if not wrong:
        return right[:30] in layer
    if not right:
        return bool(read) and (read in wrong or wrong[5:-5] in read)
    return (bool(read) and (read in wrong or wrong in read)) or (bool(layer) and (layer in right or right in layer))


def bare(text: str) -> str:
    return re.sub(r"[^\w]", "", text.casefold())


def pypdf_pages(data: bytes, count: int) -> list[str]:
    pypdf = pytest.importorskip("pypdf")
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages[:count]]
