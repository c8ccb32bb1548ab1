"""Each column's colour can be read as text, and told from the others with any kind of colour vision."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from rag_core.html.palette import MARKS, MAX_COLUMNS, palette_css
from tests.paths import ROOT

LIGHT_PAGE, DARK_PAGE = "#fcfcfb", "#14181b"
LIGHT_TEXT, DARK_TEXT = "#1d2226", "#e6e9ea"
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_CONES = [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.63]]
TO_OKLAB = [[0.2105, 0.7936, -0.0041], [1.978, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, vision: str) -> np.ndarray:
    """In OKLab, where distances are what people see."""
    cones = np.array(TO_CONES) @ np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    return np.array(TO_OKLAB) @ np.cbrt(cones)


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_the_columns_colours_can_be_read_as_text(mark) -> None:
    assert contrast(mark.light, LIGHT_PAGE) >= 4.5
    assert contrast(mark.dark, DARK_PAGE) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_colours_look_alike(vision: str, scheme: str) -> None:
    looks = [seen(getattr(mark, scheme), vision) for mark in MARKS]
    assert min(np.linalg.norm(a - b) for a, b in combinations(looks, 2)) > 0.025


def test_there_is_a_mark_of_its_own_for_every_column() -> None:
    assert len({mark.symbol for mark in MARKS}) == len({mark.name for mark in MARKS}) == MAX_COLUMNS == 6
    assert all(f".cs-c{i} {{" in palette_css() for i in range(MAX_COLUMNS))


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_text_can_be_read_on_the_strongest_colour_of_an_explained_sentence(mark) -> None:
    css = (ROOT / "rag_core" / "ui" / "shell" / "style.css").read_text()
    [strongest] = re.findall(r"\.cs-passage \{[^}]*calc\(var\(--share\) \* (\d+)%\)", css)
    for colour, page, text in ((mark.light, LIGHT_PAGE, LIGHT_TEXT), (mark.dark, DARK_PAGE, DARK_TEXT)):
        assert contrast(text, mixed(colour, page, int(strongest) / 100)) >= 4.5


def mixed(colour: str, page: str, opacity: float) -> str:
    channels = [
        round(opacity * int(colour[i : i + 2], 16) + (1 - opacity) * int(page[i : i + 2], 16)) for i in (1, 3, 5)
    ]
    return "#" + "".join(f"{channel:02x}" for channel in channels)
