"""The faithfulness audit of tables, formulas and notes, as models write them: what is form, and what is not."""

from __future__ import annotations

import pytest

from rag_core.geometry import Span
from rag_core.text.audit import Finding, audit

STATEMENT = """\
Three Months Ended Nine Months Ended
June 25,
2022
June 26,
2021
June 25,
2022
June 26,
2021
Products
Ships $ 63,355 $ 63,948 $ 245,241 $ 232,309
Services 19,604 17,486 58,941 50,148
Cost of sales
Ships 41,485 40,899 155,084 149,476
Services 5,589 5,280 16,411 15,319
Loans (97) - 12 -
"""
READ = """\
| | Three Months Ended June 25, 2022 | Three Months Ended June 26, 2021 | Nine Months Ended June 25, 2022 | \
Nine Months Ended June 26, 2021 |
|---|---:|---:|---:|---:|
| **Products** | | | | |
| Ships | $63,355 | $63,948 | $245,241 | $232,309 |
| Services | 19,604 | 17,486 | 58,941 | 50,148 |
| **Cost of sales** | | | | |
| Ships | 41,485 | 40,899 | 155,084 | 149,476 |
| Services | 5,589 | 5,280 | 16,411 | 15,319 |
| Loans | (97) | - | 12 | - |
"""


def differences(read: str, layer: str) -> tuple[Finding, ...]:
    return audit(read, layer, pages=[Span(0, len(layer))]).findings


def test_heads_that_span_columns_are_written_above_each() -> None:
    assert differences(READ, STATEMENT) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "shown"),
    [
        ("| Services | 5,589 | 5,280 | 16,411 | 15,319 |\n", "", "5,589"),
        ("| Services | 19,604 | 17,486 | 58,941 | 50,148 |\n", "", "58,941"),
        ("June 26, 2021 | Nine", "June 25, 2021 | Nine", "26"),
        ("| Three Months Ended June 26, 2021 ", "", "2021"),
        ("| (97) | - | 12 | - |", "| (97) | 12 | - | - |", "12"),
        ("| 19,604 | 17,486 |", "| 17,486 | 19,604 |", "19,604"),
    ],
)
def test_rows_heads_and_cells_are_not_lost_or_moved_unseen(right, wrong, shown) -> None:
    assert right in READ
    found = differences(READ.replace(right, wrong), STATEMENT)
    assert any(shown in one.layer for one in found)


def test_a_name_before_several_rows_is_repeated_in_each() -> None:
    layer = "Dev Test\nPaLM\n8B 8.4 10.6\n62B 18.1 26.5\nLLaMA\n7B 16.8 18.7"
    rows = ["| PaLM | 8B | 8.4 | 10.6 |", "| PaLM | 62B | 18.1 | 26.5 |", "| LLaMA | 7B | 16.8 | 18.7 |"]
    table = "\n".join(["| | | Dev | Test |", "|---|---|---|---|", *rows])
    assert differences(table, layer) == ()
    [added] = differences(table.replace("| LLaMA |", "| LLaMA PaLM |"), layer)
    assert (added.kind, added.read) == ("added", "PaLM")
    [doubled] = differences(table.replace("| 10.6 |\n", "| 10.6 | 10.6 |\n"), layer)
    assert "10.6" in doubled.read


FORMULA = (
    "Here the set A1 ∩ A2 = ∅ 6= B is open and z /∈ U2 ⇒ z ∈ U1, so P j xj ≥ 3 and a + b is kept.⁴ It was 10⁻⁶ cm² in "
    "2019.⁵ The end.\n⁴We say so. ⁵They do not."
)
WRITTEN = (
    "Here the set $A_1 \\cap A_2 = \\emptyset \\neq B$ is open and $z \\notin U_2 \\Rightarrow z \\in U_1$, so "
    "$\\sum_j x_j \\geq 3$ and $a + b$ is kept.[^4] It was $10^{-6}$ cm$^2$ in 2019.[^5] The end.\n\n"
    "[^4]: We say so.\n\n[^5]: They do not."
)


def test_formulas_of_latex_are_no_findings() -> None:
    assert differences(WRITTEN, FORMULA) == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("\\cap", "\\cup"),
        ("\\notin", "\\in"),
        ("\\Rightarrow", "\\Leftarrow"),
        ("\\geq", "\\leq"),
        ("a + b", "a - b"),
        ("U_2", "U_3"),
        ("10^{-6}", "10^{-9}"),
        ("10^{-6}", "10^6"),
        ("cm$^2$", "cm"),
        ("2019", "2018"),
    ],
)
def test_other_signs_and_figures_in_formulas_are_findings(right, wrong) -> None:
    assert len(differences(WRITTEN.replace(right, wrong), FORMULA)) == 1


def test_page_numbers_are_sought_at_the_ends_of_pages() -> None:
    layer = "Oil for the lamp\n2,5\n243\nBread for the keepers\n12"
    assert differences("Oil for the lamp\n\n2,5\n\n243\n\nBread for the keepers", layer) == ()
    [missing] = differences("Oil for the lamp\n\n2,5\n\nBread for the keepers", layer)
    assert (missing.kind, missing.layer) == ("missing", "243")
