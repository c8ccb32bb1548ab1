"""The command line as a process of its own, as a shell starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT

COMMAND = [sys.executable, "-m", "rag_core"]


def in_shell(script: str, *, home: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a bash script in which $CHUNKSCOPE is the command line."""
    variables = os.environ | {"CHUNKSCOPE_HOME": str(home), "CHUNKSCOPE": " ".join(COMMAND)} | environment
    return subprocess.run(["bash", "-c", script], cwd=ROOT, env=variables, capture_output=True, timeout=240)
