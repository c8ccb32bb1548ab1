"""A model's folder: a local one, one downloaded earlier, or one downloaded now from the Hugging Face hub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rag_core.errors import UserError
from rag_core.settings import HF_ENDPOINT

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

_TIMEOUT_S = 10.0
_DEFAULT_OWNER = "sentence-transformers"
# The same weights in formats of other libraries.
_OTHER_FORMATS = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite", "*.mlmodel"]
_WEIGHTS = (".safetensors", ".bin", ".pt")
_HTTP_LIBRARIES = ("httpx", "httpx2", "httpcore", "requests")
ALTERNATIVES = "Enter the folder of a local model instead, or use the built-in MiniLM."


def local_folder(source: str) -> Path | None:
    """The folder of that name, or None."""
    path = os.path.expanduser(source)
    return Path(path) if os.path.isdir(path) else None  # never raises, whatever the name holds


def model_folder_of(source: str, *, timeout_s: float = _TIMEOUT_S) -> Path:
    """The folder of the model that `source` names; raises UserError saying why there is none.

    `timeout_s` is for the hub's list of the model's files.
    """
    folder = local_folder(source)
    if folder is not None:
        return _checked(folder)
    if source.startswith(("/", ".", "~")) or source.count("/") > 1 or "\\" in source:
        raise UserError(
            f"There is no folder {source}. Enter the folder that contains the model's config.json, or the model's name "
            "on the Hugging Face hub: OWNER/MODEL."
        )
    return _checked(_from_hub(source if "/" in source else f"{_DEFAULT_OWNER}/{source}", timeout_s))


def _checked(folder: Path) -> Path:
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise UserError(
            f"The folder {folder} contains no sentence-transformers model: it has neither modules.json nor config.json."
        )
    return folder


def _from_hub(name: str, timeout_s: float) -> Path:
    files = _cached_files(name)
    found = _cached_folder(name, files)
    if found and files:
        return found
    try:
        return _download(name, _files_on_hub(name, timeout_s))
    except _NotAvailable:
        # Another program may have downloaded it, or parts of it: without this file its pooling would be guessed.
        if found and (found / "modules.json").is_file():
            return found
        raise


class _NotAvailable(UserError):
    """The hub does not offer the model, or cannot be reached."""


def _cached_files(name: str) -> list[str]:
    """The model's files, if an earlier run has downloaded it or begun to; else none."""
    from huggingface_hub import get_cached_repo_tree
    from huggingface_hub.errors import CachedRepoTreeNotFoundError, HFValidationError

    try:
        return [file.path for file in get_cached_repo_tree(name)]
    except HFValidationError:
        raise UserError(f"{name!r} is not the name of a model: write it as on the hub, OWNER/MODEL.") from None
    except (CachedRepoTreeNotFoundError, OSError):
        return []


def _files_on_hub(name: str, timeout_s: float) -> list[str]:
    """The model's files. Requested first, and once: the download itself would retry an unreachable hub for long."""
    from huggingface_hub import HfApi

    try:
        return [file.rfilename for file in HfApi().model_info(name, timeout=timeout_s).siblings or ()]
    except Exception as error:
        reason = _reason(name, error)
        if reason is None:
            raise
        raise _NotAvailable(reason) from None


def _cached_folder(name: str, files: Sequence[str]) -> Path | None:
    """The folder that an earlier run has downloaded; with all needed `files`, and with weights in any case."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, local_files_only=True, ignore_patterns=_unneeded(files)))
    except OSError:
        return None
    return folder if any(path.suffix in _WEIGHTS for path in folder.rglob("*")) else None


def _download(name: str, files: Sequence[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()  # they would interfere with ours
    try:
        # The main branch, not a commit: only then does the hub's library find it again offline.
        return Path(snapshot_download(name, ignore_patterns=_unneeded(files)))
    except GatedRepoError as error:
        raise UserError(_http_error(name, error)) from None
    except Exception as error:
        raise UserError(
            f"The download of {name} from the hub failed ({_first_line(error)}). Try again: it resumes. {ALTERNATIVES}"
        ) from None


def _reason(name: str, error: Exception) -> str | None:
    """The hub's error in a sentence with the remedy; None where the error is a bug."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, OfflineModeIsEnabled):
        return f"{name} is not on this machine, and HF_HUB_OFFLINE forbids downloads. {ALTERNATIVES}"
    if isinstance(error, HfHubHTTPError):
        return _http_error(name, error)
    if not _is_network(error):
        return None
    hub = HF_ENDPOINT.read() or "the Hugging Face hub"
    return f"{name} is not on this machine, and there is no connection to {hub}. {ALTERNATIVES}"


def _http_error(name: str, error: HfHubHTTPError) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    status = error.response.status_code
    if isinstance(error, GatedRepoError):
        return f"{name} is available after accepting its terms: do so on its page on the hub, and run `hf auth login`."
    if status == 404 or isinstance(error, RepositoryNotFoundError):
        return (
            f"The Hugging Face hub has no model {name}, or it is private. Check the name: OWNER/MODEL. {ALTERNATIVES}"
        )
    if status in (401, 403):
        remedy = "Your token may be invalid: run `hf auth login`, or unset HF_TOKEN."
    else:
        remedy = "Try again later."
    return f"The hub refused to send {name}: {_first_line(error)}. {remedy} {ALTERNATIVES}"


def _is_network(error: BaseException | None) -> bool:
    """Whether a connection, a name resolution or a request failed, in whichever HTTP library the hub's client uses."""
    while error is not None:
        if isinstance(error, OSError) or type(error).__module__.split(".")[0] in _HTTP_LIBRARIES:
            return True
        error = error.__cause__ or error.__context__
    return False


def _unneeded(files: Iterable[str]) -> list[str]:
    """Patterns of weights in other formats, and of pickled ones where the same exist as safetensors."""
    paths = [PurePosixPath(name) for name in files]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    return _OTHER_FORMATS + [str(path) for path in paths if path.suffix in (".bin", ".pt") and path.parent in safe]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).split("\n")[0].rstrip(".:")[:200]
