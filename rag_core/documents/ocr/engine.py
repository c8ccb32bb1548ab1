"""Finds and reads words in the picture of a page with rapidocr, whose models lie in its own package.

The models are named by their paths, so that nothing looks for them elsewhere: there is no network here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError

from rag_core.documents.ocr.page_words import PageWords
from rag_core.documents.ocr.word_boxes import Pixels, line_words
from rag_core.documents.page_shares import share_read

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
Turn = Literal[0, 90, 180, 270]
_MAX_SIDE = 2000  # pixels: 170 per inch of a page in A4
_BATCH = 12  # lines: a multiple of rapidocr's batch of 6
_DETECTION = 0.2  # share of a page's time that finding its lines takes
_MIN_CONFIDENCE = 0.5  # of a line: what is less is a picture rather than text
_UPRIGHT = 0.8  # confidence in a line that needs no look at it upside down
_TALL = 1.5  # times as high as wide: a line that runs up or down, which rapidocr turns


class FoundLine(NamedTuple):
    """A line of text: its corners in pixels, its words as rapidocr describes them, and how it stands.

    `upside_down` lines were turned by half before they were read, `tall` ones by a quarter before that.
    """

    corners: NDArray[np.float32]
    words: Any
    confidence: float
    upside_down: bool
    tall: bool


class Engine:
    """The loaded models."""

    def __init__(self) -> None:
        import rapidocr

        folder = Path(rapidocr.__file__).parent / "models"
        paths = {f"{stage}.model_path": str(folder / name) for stage, name in MODELS.items()}
        self._ocr = RapidOCR(params={"Global.log_level": "critical", "Global.return_word_box": True, **paths})

    def read(self, pixels: Pixels) -> PageWords:
        """The words in the picture of a page: uint8 of shape (height, width, 3), in RGB."""
        image = _shrunk(pixels)
        lines = self._lines(image)
        turn: Turn = _turn(lines)
        if turn:
            image = np.ascontiguousarray(np.rot90(image, -turn // 90))
            lines = self._lines(image)
            if turn == 90 and _turn(lines) == 180:  # it was the other quarter
                turn, image = 270, np.ascontiguousarray(np.rot90(image, 2))
                lines = self._lines(image)
        kept = [line for line in lines if line.confidence >= _MIN_CONFIDENCE]
        grey: Pixels = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        words = (line_words(line.corners, line.words, line.upside_down, line.tall, grey) for line in kept)
        found = tuple(line for line in words if line)
        return PageWords(lines=found, turn=turn, doubtful=len(lines) - len(kept))

    def _lines(self, image: Pixels) -> list[FoundLine]:
        try:
            crops, found = self._ocr.detect_and_crop(image[:, :, ::-1], {})
        except RapidOCRError:  # nothing was found
            return []
        corners: Any = np.array(found.boxes)
        first = self._recognized(crops)
        doubtful = [index for index, (_, _, score) in enumerate(first) if score < _UPRIGHT]
        # Rapidocr's own model for this takes justified lines for upside-down ones.
        again = self._recognized([np.rot90(crops[index], 2) for index in doubtful])
        turned = {index: read for index, read in zip(doubtful, again, strict=True) if read[2] > first[index][2]}
        lines = [(*turned.get(index, read), index in turned) for index, read in enumerate(first)]
        return [
            FoundLine(quad, words, score, upside_down, _is_tall(quad))
            for quad, (text, words, score, upside_down) in zip(corners, lines, strict=True)
            if text.strip()
        ]

    def _recognized(self, crops: Sequence[Pixels]) -> list[tuple[str, Any, float]]:
        """Text, words and confidence of the picture of each line."""
        # From narrow to wide, as rapidocr does it in its own batches, which are no smaller for being asked for alone.
        order = sorted(range(len(crops)), key=lambda at: crops[at].shape[1] / crops[at].shape[0])
        found: dict[int, tuple[str, Any, float]] = {}
        for start in range(0, len(order), _BATCH):
            share_read(_DETECTION + (1 - _DETECTION) * start / len(order))
            batch = order[start : start + _BATCH]
            found |= zip(batch, self._read_batch([crops[at] for at in batch]), strict=True)
        return [found[at] for at in range(len(crops))]

    def _read_batch(self, crops: list[Pixels]) -> list[tuple[str, Any, float]]:
        try:
            read: Any = self._ocr.recognize_txt(crops)
        except RapidOCRError:
            return [("", None, 0.0)] * len(crops)
        return [
            (text, words, float(score))
            for text, words, score in zip(read.txts, read.word_results, read.scores, strict=True)
        ]


def _shrunk(pixels: Pixels) -> Pixels:
    scale = _MAX_SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _is_tall(corners: NDArray[np.float32]) -> bool:
    width = max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3]))
    height = max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2]))
    return bool(height >= _TALL * width)


def _turn(lines: list[FoundLine]) -> Turn:
    """By how many degrees to turn a page most of whose lines lie on their side, or stand on their head."""
    lengths = np.array([len(line.words.words) for line in lines], dtype=float)
    tall = np.array([line.tall for line in lines], dtype=bool)
    head = np.array([line.upside_down for line in lines], dtype=bool)
    if lengths[tall].sum() > lengths.sum() / 2:
        return 90
    return 180 if lengths[head & ~tall].sum() > lengths.sum() / 2 else 0
