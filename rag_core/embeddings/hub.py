"""A model's folder: one on this machine, one fetched earlier, or one fetched now from the Hugging Face hub."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rag_core.errors import UserError

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

_ANSWER_WITHIN_S = 10.0
_USUAL_OWNER = "sentence-transformers"
# The same weights for other programs.
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite", "*.mlmodel"]
_WEIGHTS = (".safetensors", ".bin", ".pt")
_HTTP_LIBRARIES = ("httpx", "httpx2", "httpcore", "requests")
_HERE = "Give the folder of a model on this machine instead, or use the built-in MiniLM."


def model_folder_of(source: str) -> Path:
    """The folder of the model that `source` names; raises UserError saying why there is none."""
    folder = Path(source).expanduser()
    if folder.is_dir():
        return _checked(folder)
    if source.startswith(("/", ".", "~")) or source.count("/") > 1 or "\\" in source:
        raise UserError(f"There is no folder {source}. Give the folder that holds the model's config.json.")
    return _checked(_from_hub(source if "/" in source else f"{_USUAL_OWNER}/{source}"))


def _checked(folder: Path) -> Path:
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise UserError(
            f"The folder {folder} holds no sentence-transformers model: it has neither modules.json nor config.json."
        )
    return folder


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import disable_progress_bars

    try:
        if fetched := _fetched(name):
            return fetched
    except HFValidationError:
        raise UserError(f"{name!r} is not the name of a model: write it as on the hub, OWNER/MODEL.") from None
    files = _described(name)
    disable_progress_bars()  # theirs would run through ours
    try:
        # Of its main branch, not of a commit: only then will the hub's library find it again without the hub.
        return Path(snapshot_download(name, ignore_patterns=_unneeded(files)))
    except Exception as error:
        if not _is_network(error):
            raise
        raise UserError(f"Fetching {name} from the hub broke off ({_first_line(error)}). Try again. {_HERE}") from None


def _fetched(name: str) -> Path | None:
    """What an earlier start has fetched, if all that is needed of it is there."""
    from huggingface_hub import get_cached_repo_tree, snapshot_download
    from huggingface_hub.errors import CachedRepoTreeNotFoundError, LocalEntryNotFoundError

    try:
        files = [file.path for file in get_cached_repo_tree(name)]
    except (CachedRepoTreeNotFoundError, LocalEntryNotFoundError):
        files = []  # fetched by another program, if at all
    try:
        folder = Path(snapshot_download(name, local_files_only=True, ignore_patterns=_unneeded(files)))
    except LocalEntryNotFoundError:
        return None
    return folder if any(path.suffix in _WEIGHTS for path in folder.rglob("*")) else None


def _described(name: str) -> list[str]:
    """The model's files. Asked first, and once: the download itself would knock at a closed door for minutes."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError

    try:
        return [file.rfilename for file in HfApi().model_info(name, timeout=_ANSWER_WITHIN_S).siblings or ()]
    except GatedRepoError:
        raise UserError(f"The hub gives {name} to those who accepted its terms: log in with `hf auth login`.") from None
    except RepositoryNotFoundError:
        raise UserError(
            f"The Hugging Face hub has no model {name}, or it is private. Check the name: OWNER/MODEL. {_HERE}"
        ) from None
    except OfflineModeIsEnabled:
        raise UserError(f"{name} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it. {_HERE}") from None
    except HfHubHTTPError as error:
        raise UserError(f"The hub did not hand out {name}: {_first_line(error)}. {_remedy(error)} {_HERE}") from None
    except Exception as error:
        if not _is_network(error):
            raise
        hub = os.environ.get("HF_ENDPOINT") or "the Hugging Face hub"
        raise UserError(f"{name} is not on this machine, and there is no connection to {hub}. {_HERE}") from None


def _remedy(error: HfHubHTTPError) -> str:
    if error.response.status_code in (401, 403):
        return "It may not like your token: log in anew with `hf auth login`, or do without HF_TOKEN."
    return "Try again later."


def _is_network(error: BaseException | None) -> bool:
    """Whichever HTTP library the hub's client uses: no connection, no name, no answer in time."""
    while error is not None:
        if isinstance(error, OSError) or type(error).__module__.split(".")[0] in _HTTP_LIBRARIES:
            return True
        error = error.__cause__ or error.__context__
    return False


def _unneeded(files: Iterable[str]) -> list[str]:
    """Patterns: weights for other programs, and pickled ones where the same are there as safetensors."""
    twice = any(name.endswith(".safetensors") for name in files)
    return [*_NOT_NEEDED, "*.bin", "*.pt"] if twice else _NOT_NEEDED


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")[:200]
