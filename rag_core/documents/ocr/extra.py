"""The optional extra that OCR needs: whether it is installed, in which versions, and the command that installs it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

LIBRARIES = {"rapidocr": "3.10.0", "onnxruntime": "1.32.0"}  # as in requirements-ocr.txt
INSTALL = "pip install " + " ".join(f"{name}=={wanted}" for name, wanted in LIBRARIES.items())
MISSING = (
    f"OCR is an optional extra that is not installed here. Install it with “{INSTALL}”, and start Chunkscope again; "
    "its models come with it."
)


def is_installed() -> bool:
    """Whether the libraries are there; they are not imported."""
    return all(find_spec(name) is not None for name in LIBRARIES)


@cache
def versions() -> tuple[str, ...]:
    """The versions of the libraries; a version of rapidocr comes with its own models."""
    return tuple(f"{name} {_version(name)}" for name in LIBRARIES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
