"""Build the sample document: handbook.md with its figures becomes rag_core/sample/handbook.pdf.

    python handbook/build_handbook.py [OUTPUT.pdf]

Figures are drawn from figures.json, which build_figures.py measures; this script runs no model.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from figures import DRAWINGS  # noqa: E402
from typeset import compile_pdf  # noqa: E402

SOURCE = ROOT / "handbook" / "handbook.md"
DATA = ROOT / "handbook" / "figures.json"
OUTPUT = ROOT / "rag_core" / "sample" / "handbook.pdf"


def build(output: Path) -> None:
    """Write the PDF."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    figures = {name: draw(data[name]) for name, draw in DRAWINGS.items()}
    compile_pdf(SOURCE.read_text(encoding="utf-8"), output, figures)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT
    target.parent.mkdir(parents=True, exist_ok=True)
    build(target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")
