"""Figures of real tables with their rows and heads, written down from pictures of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Cell(NamedTuple):
    """A figure, the label of its row and the heads over it, the outermost first."""

    label: str
    heads: tuple[str, ...]
    figure: str


class GoldTable(NamedTuple):
    """Some rows of a table: the path of the file beside the project, the page, the heads of its columns, the rows."""

    path: str
    page: int
    heads: tuple[tuple[str, ...], ...]
    rows: dict[str, str]

    def cells(self) -> Iterator[Cell]:
        """The figures, one by one; the figures of a row are given with spaces between them."""
        for label, figures in self.rows.items():
            for heads, figure in zip(self.heads, figures.split(), strict=True):
                yield Cell(label, heads, figure)


def _periods(*heads: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(head.split(" / ")) for head in heads)


APPLE, NVIDIA, LLAMA = "filings/2022_Q3_AAPL.pdf", "filings/2023_Q2_NVDA.pdf", "papers/llama.pdf"
BERT, ROBERTA, SUPERGLUE = "papers/bert.pdf", "papers/roberta.pdf", "papers/superglue.pdf"
GOLD = {
    "income of Apple": GoldTable(
        APPLE,
        4,
        _periods(
            "Three Months Ended / June 25, 2022",
            "Three Months Ended / June 26, 2021",
            "Nine Months Ended / June 25, 2022",
            "Nine Months Ended / June 26, 2021",
        ),
        {
            "Products": "63,355 63,948 245,241 232,309",
            "Total net sales": "82,959 81,434 304,182 282,457",
            "Gross margin": "35,885 35,255 132,687 117,662",
            "Selling, general and administrative": "6,012 5,412 18,654 16,357",
            "Other income/(expense), net": "(10) 243 (97) 796",
            "Net income": "19,442 21,744 79,082 74,129",
            "Basic": "1.20 1.31 4.86 4.42",
        },
    ),
    "balance sheet of Apple": GoldTable(
        APPLE,
        6,
        _periods("June 25, 2022", "September 25, 2021"),
        {
            "Cash and cash equivalents": "27,502 34,940",
            "Inventories": "5,433 6,580",
            "Total current assets": "112,292 134,836",
            "Total assets": "336,309 351,002",
            "Accounts payable": "48,343 54,763",
            "Commercial paper": "10,982 6,000",
            "Total liabilities": "278,202 287,912",
            "Retained earnings": "5,289 5,562",
            "Accumulated other comprehensive income/(loss)": "(9,297) 163",
            "Total shareholders\u2019 equity": "58,107 63,090",
        },
    ),
    "income of NVIDIA": GoldTable(
        NVIDIA,
        3,
        _periods(
            "Three Months Ended / July 30, 2023",
            "Three Months Ended / July 31, 2022",
            "Six Months Ended / July 30, 2023",
            "Six Months Ended / July 31, 2022",
        ),
        {
            "Revenue": "13,507 6,704 20,699 14,992",
            "Gross profit": "9,462 2,915 14,110 8,346",
            "Acquisition termination cost": "— — — 1,353",
            "Interest expense": "(65) (65) (131) (132)",
            "Income tax expense (benefit)": "793 (181) 958 6",
            "Net income": "6,188 656 8,232 2,274",
            "Diluted": "2.48 0.26 3.30 0.90",
        },
    ),
    "balance sheet of NVIDIA": GoldTable(
        NVIDIA,
        5,
        _periods("July 30, 2023", "January 29, 2023"),
        {
            "Cash and cash equivalents": "5,783 3,389",
            "Inventories": "4,319 5,159",
            "Goodwill": "4,430 4,372",
            "Total assets": "49,555 41,182",
            "Short-term debt": "1,249 1,250",
            "Total liabilities": "22,054 19,081",
            "Preferred stock": "— —",
            "Accumulated other comprehensive loss": "(51) (43)",
            "Total shareholders' equity": "27,501 22,101",
        },
    ),
    "common sense of LLaMA": GoldTable(
        LLAMA,
        4,
        _periods("BoolQ", "PIQA", "SIQA", "HellaSwag", "WinoGrande", "ARC-e", "ARC-c", "OBQA"),
        {
            "GPT-3 175B": "60.5 81.0 - 78.9 70.2 68.8 51.4 57.6",
            "Gopher 280B": "79.3 81.8 50.6 79.2 70.1 - - -",
            "PaLM 540B": "88.0 82.3 - 83.4 81.1 76.6 53.0 53.4",
            "LLaMA 13B": "78.1 80.1 50.4 79.2 73.0 74.8 52.7 56.4",
            "LLaMA 65B": "85.3 82.8 52.3 84.2 77.0 78.9 56.0 60.2",
        },
    ),
    "MMLU of LLaMA": GoldTable(
        LLAMA,
        18,
        _periods(
            "GPT-3 / 175B",
            "Gopher / 280B",
            "Chinchilla / 70B",
            "LLaMA / 7B",
            "LLaMA / 13B",
            "LLaMA / 33B",
            "LLaMA / 65B",
            "LLaMA-I / 65B",
        ),
        {
            "Abstract Algebra STEM": "30.0 25.0 31.0 29.0 34.0 32.0 34.0 31.0",
            "College Physics STEM": "28.0 34.3 46.1 26.5 18.6 28.4 36.3 46.1",
            "High School Government And Politics Social Science": "58.0 83.9 91.2 44.6 66.3 82.9 88.1 92.8",
            "Marketing Other": "60.0 83.3 89.7 46.6 71.8 83.3 85.9 92.7",
            "World Religions Humanities": "55.0 84.2 87.7 50.9 67.8 81.3 81.3 84.2",
            "Social Science": "50.5 71.9 79.3 38.3 53.8 66.7 72.9 79.2",
            "All": "43.9 60.0 67.6 35.1 46.9 57.8 63.4 68.9",
        },
    ),
    "securities of NVIDIA": GoldTable(
        NVIDIA,
        14,
        _periods(
            "July 30, 2023 / Less than 12 Months / Estimated Fair Value / (In millions)",
            "July 30, 2023 / Less than 12 Months / Gross Unrealized Loss / (In millions)",
            "July 30, 2023 / 12 Months or Greater / Estimated Fair Value / (In millions)",
            "July 30, 2023 / 12 Months or Greater / Gross Unrealized Loss / (In millions)",
            "July 30, 2023 / Total / Estimated Fair Value / (In millions)",
            "July 30, 2023 / Total / Gross Unrealized Loss / (In millions)",
        ),
        {"Debt securities issued by the U.S. Treasury": "1,595 (16) 1,375 (15) 2,970 (31)"},
    ),
    "mathematics of LLaMA": GoldTable(
        LLAMA,
        6,
        _periods("MATH", "+maj1@k", "GSM8k", "+maj1@k"),
        {
            "PaLM 8B": "1.5 - 4.1 -",
            "Minerva 540B": "33.6 50.3 68.5 78.5",
            "LLaMA 7B": "2.9 6.9 11.0 18.1",
            "LLaMA 65B": "10.6 20.5 50.9 69.7",
        },
    ),
    "trivia of LLaMA": GoldTable(
        LLAMA,
        5,
        _periods("0-shot", "1-shot", "5-shot", "64-shot"),
        {"Chinchilla 70B": "55.4 - 64.1 64.6", "LLaMA 7B": "50.0 53.4 56.3 57.6", "LLaMA 65B": "68.2 71.6 72.6 73.0"},
    ),
    "questions of BERT": GoldTable(
        BERT,
        7,
        _periods("Dev / EM", "Dev / F1", "Test / EM", "Test / F1"),
        {
            "#1 Ensemble - nlnet": "- - 86.0 91.7",
            "unet (Ensemble)": "- - 71.4 74.9",
            "BERTLARGE (Ens.+TriviaQA)": "86.2 92.2 87.4 93.2",
        },
    ),
    "masks of BERT": GoldTable(
        BERT,
        16,
        _periods(
            "Masking Rates / MASK",
            "Masking Rates / SAME",
            "Masking Rates / RND",
            "Dev Set Results / MNLI / Fine-tune",
            "Dev Set Results / NER / Fine-tune",
            "Dev Set Results / NER / Feature-based",
        ),
        {"": "0% 20% 80% 83.7 94.8 94.6"},
    ),
    "settings of RoBERTa": GoldTable(
        ROBERTA,
        13,
        _periods("RACE", "SQuAD"),
        {"Learning Rate": "1e-5 1.5e-5", "Warmup ratio": "0.06 0.06"},
    ),
    "tasks of SuperGLUE": GoldTable(
        SUPERGLUE,
        8,
        _periods("Avg", "BoolQ / Acc.", "CB / F1/Acc.", "COPA / Acc."),
        {"Most Frequent": "47.1 62.3 21.7/48.4 50.0", "Human (est.)": "89.8 89.0 95.8/98.9 100.0"},
    ),
}
