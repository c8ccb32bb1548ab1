"""What captions of figures and tables begin with."""

from __future__ import annotations

import re

_NAMES = "Figure|Fig\\.|Table|Tab\\.|Algorithm|Listing|Exhibit|Chart|Box|Scheme|Plate|Map"
_NUMBER = r"(?:[A-Z]\.?)?\d{1,3}(?:[.\-]\d{1,3})*[a-z]?"
_CAPTION = re.compile(
    rf"[*_]{{0,3}}(?:{_NAMES})\s?{_NUMBER}[*_]{{0,3}}(?:\s*[.:|\u2013\u2014]|\s*\Z|\s+-\s)", re.IGNORECASE
)


def is_caption(text: str) -> bool:
    """Whether a paragraph begins like a caption, as "Figure 3:" or "Table 2." do."""
    return bool(_CAPTION.match(text))
