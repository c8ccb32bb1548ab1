"""A model's folder: one on this machine, one fetched earlier, or one fetched now from the Hugging Face hub."""

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
_USUAL_OWNER = "sentence-transformers"
# The same weights for other programs.
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite", "*.mlmodel"]
_WEIGHTS = (".safetensors", ".bin", ".pt")
_HTTP_LIBRARIES = ("httpx", "httpx2", "httpcore", "requests")
_HERE = "Give the folder of a model on this machine instead, or use the built-in MiniLM."


def local_folder(source: str) -> Path | None:
    """The folder of this name, if there is one."""
    path = os.path.expanduser(source)
    return Path(path) if os.path.isdir(path) else None  # never raises, whatever the name holds


def model_folder_of(source: str, *, timeout_s: float = _TIMEOUT_S) -> Path:
    """The folder of the model that `source` names; raises UserError saying why there is none.

    `timeout_s` is how long the hub may take to say which files the model has.
    """
    folder = local_folder(source)
    if folder is not None:
        return _checked(folder)
    if source.startswith(("/", ".", "~")) or source.count("/") > 1 or "\\" in source:
        raise UserError(
            f"There is no folder {source}. Give the folder that holds the model's config.json, or the model's name on "
            "the Hugging Face hub: OWNER/MODEL."
        )
    return _checked(_from_hub(source if "/" in source else f"{_USUAL_OWNER}/{source}", timeout_s))


def _checked(folder: Path) -> Path:
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise UserError(
            f"The folder {folder} holds no sentence-transformers model: it has neither modules.json nor config.json."
        )
    return folder


def _from_hub(name: str, timeout_s: float) -> Path:
    files = _files_fetched(name)
    found = _on_disk(name, files)
    if found and files:
        return found
    try:
        return _download(name, _files_offered(name, timeout_s))
    except _NotOffered:
        # Another program may have fetched it, or parts of it: without this file its pooling would be guessed.
        if found and (found / "modules.json").is_file():
            return found
        raise


class _NotOffered(UserError):
    """The hub does not give the model, or cannot be asked."""


def _files_fetched(name: str) -> list[str]:
    """What the model consists of, if an earlier start has fetched it or begun to; else nothing."""
    from huggingface_hub import get_cached_repo_tree
    from huggingface_hub.errors import CachedRepoTreeNotFoundError, HFValidationError

    try:
        return [file.path for file in get_cached_repo_tree(name)]
    except HFValidationError:
        raise UserError(f"{name!r} is not the name of a model: write it as on the hub, OWNER/MODEL.") from None
    except (CachedRepoTreeNotFoundError, OSError):
        return []


def _files_offered(name: str, timeout_s: float) -> list[str]:
    """What the model consists of. Asked first, and once: the download itself would knock at a closed door for long."""
    from huggingface_hub import HfApi

    try:
        return [file.rfilename for file in HfApi().model_info(name, timeout=timeout_s).siblings or ()]
    except Exception as error:
        reason = _reason(name, error)
        if reason is None:
            raise
        raise _NotOffered(reason) from None


def _on_disk(name: str, files: Sequence[str]) -> Path | None:
    """What an earlier start has fetched; with all of `files` that are needed, and with weights in any case."""
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

    disable_progress_bars()  # theirs would run through ours
    try:
        # Of its main branch, not of a commit: only then will the hub's library find it again without the hub.
        return Path(snapshot_download(name, ignore_patterns=_unneeded(files)))
    except GatedRepoError as error:
        raise UserError(_answered(name, error)) from None
    except Exception as error:
        raise UserError(
            f"Fetching {name} from the hub broke off ({_first_line(error)}). Try again: what is there is kept. {_HERE}"
        ) from None


def _reason(name: str, error: Exception) -> str | None:
    """What the hub's answer means for the user; None where the error is a bug."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, OfflineModeIsEnabled):
        return f"{name} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it. {_HERE}"
    if isinstance(error, HfHubHTTPError):
        return _answered(name, error)
    if not _is_network(error):
        return None
    hub = HF_ENDPOINT.read() or "the Hugging Face hub"
    return f"{name} is not on this machine, and there is no connection to {hub}. {_HERE}"


def _answered(name: str, error: HfHubHTTPError) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    status = error.response.status_code
    if isinstance(error, GatedRepoError):
        return (
            f"The hub gives {name} to those who accepted its terms: do so on its page, and log in with `hf auth login`."
        )
    if status == 404 or isinstance(error, RepositoryNotFoundError):
        return f"The Hugging Face hub has no model {name}, or it is private. Check the name: OWNER/MODEL. {_HERE}"
    if status in (401, 403):
        remedy = "It may not like your token: log in anew with `hf auth login`, or do without HF_TOKEN."
    else:
        remedy = "Try again later."
    return f"The hub did not hand out {name}: {_first_line(error)}. {remedy} {_HERE}"


def _is_network(error: BaseException | None) -> bool:
    """Whichever HTTP library the hub's client uses: no connection, no name, no answer in time."""
    while error is not None:
        if isinstance(error, OSError) or type(error).__module__.split(".")[0] in _HTTP_LIBRARIES:
            return True
        error = error.__cause__ or error.__context__
    return False


def _unneeded(files: Iterable[str]) -> list[str]:
    """Patterns: weights for other programs, and pickled ones where the same lie beside them as safetensors."""
    paths = [PurePosixPath(name) for name in files]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    return _NOT_NEEDED + [str(path) for path in paths if path.suffix in (".bin", ".pt") and path.parent in safe]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).split("\n")[0].rstrip(".:")[:200]
