"""What a reader returns, before a name and an id make it a Document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.blocks import Block
from rag_core.documents.document import LeftOut, Page


@dataclass(frozen=True, eq=False)
class Parsed:
    """The fields of Document that depend on the bytes alone; their meaning is the same as there."""

    text: str
    pages: tuple[Page, ...]
    char_boxes: NDArray[np.float32] | None = None
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    ocr_pages: tuple[int, ...] = ()
