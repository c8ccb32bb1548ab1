"""JSON as the standard has it: Python's parser also takes NaN and Infinity, which no number field means."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def parse_json(text: str, *, strict: bool = True) -> Any:
    """The value of a JSON text; unless `strict`, strings may hold control characters.

    Raises ValueError with the end of a sentence, also for values that are nested too deeply.
    """
    try:
        return json.loads(text, strict=strict, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("its values are nested too deeply") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number in JSON")
