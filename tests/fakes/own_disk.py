"""A disk for one process alone, so that a test can fill it up or make it read-only."""

import shutil
import subprocess
from pathlib import Path

import pytest


def on_a_disk_of_its_own(folder: Path) -> list[str]:
    """A command line's start that mounts a disk of 4 MB on the folder, for what follows alone."""
    start = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = f'mount -t tmpfs -o size=4m tmpfs "{folder}" && exec "$@"'
    if not shutil.which("unshare") or subprocess.run([*start, mount, "sh", "true"], capture_output=True).returncode:
        pytest.skip("this system lets us mount no disk of our own")
    return [*start, mount, "sh"]
