"""The words that OCR has found on a page, as they are cached and sent between processes."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]  # of the page's width or height, or a confidence
_MAX_WORDS = 50_000
_MAX_CHARACTERS = 1000


class Word(NamedTuple):
    """A word with its confidence and its sides as shares of the upright page; `spaced` words follow a space."""

    text: Annotated[str, Field(min_length=1, max_length=_MAX_CHARACTERS)]
    confidence: Share
    spaced: bool
    left: Share
    top: Share
    right: Share
    bottom: Share


class PageWords(BaseModel):
    """The lines of words of one page, in no particular order.

    `turn` is by how many degrees clockwise the page, as it is displayed, has to be turned until its text is upright;
    the sides of words are those on the page turned so. `doubtful` lines were left out. `problem` says why the page
    could not be read; it then has no lines.
    """

    model_config = ConfigDict(frozen=True)

    lines: tuple[tuple[Word, ...], ...] = Field(default=(), max_length=_MAX_WORDS)
    turn: Literal[0, 90, 180, 270] = 0
    doubtful: int = Field(default=0, ge=0)
    problem: str = ""
