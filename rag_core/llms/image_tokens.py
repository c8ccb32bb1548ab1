"""How many tokens of a prompt an image takes, by the rules that OpenAI publishes for its models.

https://platform.openai.com/docs/guides/images-vision, as of the date of the price table. Other servers have rules of
their own, which they do not tell.
"""

from __future__ import annotations

import math
import re

from rag_core.llms.base import ChatModel
from rag_core.servers.credentials import OPENAI_URL

_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}\Z")
# Models that see tiles of 512 pixels: tokens for the image, and for each tile.
_TILES = {
    "gpt-4-turbo": (85, 170),
    "gpt-4o": (85, 170),
    "gpt-4.1": (85, 170),
    "gpt-4o-mini": (2833, 5667),
    "gpt-5": (70, 140),
    "o1": (75, 150),
    "o3": (75, 150),
}
# Models that see patches of 32 pixels: tokens for each patch.
_PATCHES = {"gpt-4.1-mini": 1.62, "gpt-4.1-nano": 2.46, "gpt-5-mini": 1.62, "gpt-5-nano": 2.46, "o4-mini": 1.72}
_MAX_PATCHES = 1536
_MAX_SIDE, _SHORT_SIDE, _TILE, _PATCH = 2048, 768, 512, 32  # pixels


def image_tokens(llm: ChatModel, width: int, height: int) -> int | None:
    """The tokens of an image of that size in full detail; None where the model's rule is unknown."""
    name = _DATE.sub("", llm.model) if llm.base_url == OPENAI_URL else ""
    if name in _TILES:
        base, each = _TILES[name]
        return base + each * _tiles(width, height)
    return math.ceil(_patches(width, height) * _PATCHES[name]) if name in _PATCHES else None


def _tiles(width: int, height: int) -> int:
    """The tiles of an image that was scaled into a square of 2,048, and then down to a short side of 768."""
    scale = min(1.0, _MAX_SIDE / max(width, height))
    scale *= min(1.0, _SHORT_SIDE / (scale * min(width, height)))
    across, down = (math.ceil(round(scale * side, 6) / _TILE) for side in (width, height))
    return across * down


def _patches(width: int, height: int) -> int:
    """The patches of an image, which is scaled down where it has too many, so that whole patches fit."""
    patches = math.ceil(width / _PATCH) * math.ceil(height / _PATCH)
    if patches <= _MAX_PATCHES:
        return patches
    scale = math.sqrt(_PATCH**2 * _MAX_PATCHES / (width * height))
    across, down = scale * width / _PATCH, scale * height / _PATCH
    scale *= min(math.floor(across) / across, math.floor(down) / down)
    return min(math.ceil(scale * width / _PATCH) * math.ceil(scale * height / _PATCH), _MAX_PATCHES)
