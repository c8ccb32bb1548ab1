"""Models by name, from an imitation of the Hugging Face hub on this machine: fetched once, kept, and explained."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub import constants, file_download

from rag_core import UserError
from rag_core.embeddings.hub import model_folder_of
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.text.tokenizers.minilm import model_folder
from tests.fakes.hub_server import NAME, HubServer
from tests.fakes.made_models import WEIGHTS, altered_minilm, tiny_roberta
from tests.paths import ROOT

pytestmark = pytest.mark.timeout(120)  # the failures that are excluded take minutes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model, with what repositories hold beside it for other programs."""
    folder = tiny_roberta(tmp_path_factory.mktemp("hub") / "served", "Otters hold hands while they sleep. " * 20)
    (folder / "onnx").mkdir()
    for name in ("onnx/model.onnx", "tf_model.h5", "pytorch_model.bin"):
        (folder / name).write_bytes(b"the same weights, for another program")
    return folder


@pytest.fixture
def hub(folder: Path) -> Iterator[HubServer]:
    served = HubServer(folder)
    yield served
    served.close()


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address at which every connection is refused: its port is taken, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nowhere: str) -> None:
    """Let the hub's library be as in a fresh process that may go online; the real hub is never asked."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(file_download, "time", SimpleNamespace(**vars(time) | {"sleep": lambda _: None}))
    point(monkeypatch, nowhere)


def point(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setenv("HF_ENDPOINT", address)


def refused(name: str = NAME, **options: float) -> str:
    with pytest.raises(UserError) as error:
        model_folder_of(name, **options)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_model_is_fetched_once_and_then_used_without_the_hub(
    hub: HubServer, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, hub.address)
    first = SentenceTransformerModel(NAME)
    first.wait()
    assert (first.name, first.poolings, first.info.token_limit) == (NAME, ("late", "per_chunk", "mean"), 64)
    hub.asked.clear()
    again = SentenceTransformerModel(NAME)
    again.wait()
    assert hub.asked == []
    hub.close()
    point(monkeypatch, nowhere)
    offline = SentenceTransformerModel(NAME)
    offline.wait()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    forbidden = SentenceTransformerModel(NAME)
    forbidden.wait()
    for model in (again, offline, forbidden):
        assert model.info == first.info
    np.testing.assert_array_equal(offline.encode_passages(["otters"]), first.encode_passages(["otters"]))


def test_a_fetched_model_is_the_same_as_the_folder(
    hub: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, hub.address)
    fetched, local = SentenceTransformerModel(NAME), SentenceTransformerModel(str(folder))
    fetched.wait()
    local.wait()
    np.testing.assert_array_equal(fetched.encode_passages(["otters"]), local.encode_passages(["otters"]))


def test_weights_for_other_programs_are_not_fetched(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, hub.address)
    found = model_folder_of(NAME)
    there = {path.relative_to(found).as_posix() for path in found.rglob("*")}
    assert {"config.json", WEIGHTS, "1_Pooling/config.json"} <= there
    assert not {"onnx/model.onnx", "tf_model.h5", "pytorch_model.bin"} & there


def test_pickled_weights_are_fetched_where_there_are_no_others(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = tmp_path / "served"
    shutil.copytree(folder, served)
    (served / "2_Dense").mkdir()
    (served / "2_Dense" / "pytorch_model.bin").write_bytes(b"weights that lie nowhere else")
    hub = HubServer(served)
    point(monkeypatch, hub.address)
    found = model_folder_of(NAME)
    assert (found / "2_Dense" / "pytorch_model.bin").is_file()
    assert not (found / "pytorch_model.bin").exists()
    hub.close()
    (served / WEIGHTS).unlink()
    hub = HubServer(served, "otters/pickled")
    point(monkeypatch, hub.address)
    assert (model_folder_of("otters/pickled") / "pytorch_model.bin").is_file()
    hub.close()
    assert (model_folder_of("otters/pickled") / "pytorch_model.bin").is_file()


def test_a_short_name_is_one_of_sentence_transformers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = HubServer(folder, "sentence-transformers/small-model")
    point(monkeypatch, hub.address)
    assert (model_folder_of("small-model") / WEIGHTS).is_file()
    hub.close()


def test_an_unknown_name_says_so(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, hub.address)
    assert "has no model otters/no-such-model" in refused("otters/no-such-model")
    assert "has no model sentence-transformers/no-such-model" in refused("no-such-model")


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (401, {"X-Error-Message": "Invalid credentials in Authorization header"}, "unset HF_TOKEN"),
        (401, {"X-Error-Code": "RepoNotFound"}, "has no model"),
        (401, {"X-Error-Code": "GatedRepo"}, "hf auth login"),
        (403, {}, "unset HF_TOKEN"),
        (404, {}, "has no model"),
        (500, {}, "500"),
        (503, {}, "Try again later"),
    ],
)
def test_errors_of_the_hub_end_in_one_sentence(
    status: int, headers: dict[str, str], sentence: str, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, hub.address)
    hub.status, hub.headers = status, headers
    message = refused()
    assert sentence in message
    assert NAME in message


def test_no_connection_ends_in_one_sentence(nowhere: str) -> None:
    message = refused()
    assert f"there is no connection to {nowhere}." in message
    assert "built-in MiniLM" in message


def test_a_hub_that_never_answers_ends_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert "there is no connection" in refused(timeout_s=0.5)


def test_offline_mode_is_reported_in_one_sentence(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, hub.address)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE forbids" in refused()
    assert hub.asked == []


@pytest.mark.parametrize("file", [WEIGHTS, "tokenizer.json", "1_Pooling/config.json"])
def test_an_interrupted_download_is_completed_at_the_next_try(
    file: str, hub: HubServer, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, hub.address)
    hub.cut = file
    message = refused()
    assert "failed" in message
    assert "Try again" in message
    point(monkeypatch, nowhere)
    assert "no connection" in refused()  # half a model is none
    point(monkeypatch, hub.address)
    hub.cut = ""
    found = model_folder_of(NAME)
    assert (found / file).read_bytes() == hub.files[file]


def test_a_hub_that_fails_during_the_download_ends_in_one_sentence(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, hub.address)
    described = huggingface_hub.HfApi.model_info

    def then_fail(*arguments: object, **options: object) -> object:
        found = described(*arguments, **options)
        hub.status = 500
        return found

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", then_fail)
    assert "failed" in refused()


def test_what_another_program_fetched_is_completed_with_the_hub_and_used_without_it_if_whole(
    hub: HubServer, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """transformers fetches what it needs file by file, and leaves out how sentence-transformers pools."""
    point(monkeypatch, hub.address)
    for file in ("config.json", WEIGHTS):
        huggingface_hub.hf_hub_download(NAME, file)
    point(monkeypatch, nowhere)
    assert "no connection" in refused()
    point(monkeypatch, hub.address)
    assert (model_folder_of(NAME) / "1_Pooling" / "config.json").is_file()
    hub.name = "otters/by-another-program"
    for file in hub.files:
        huggingface_hub.hf_hub_download(hub.name, file)
    point(monkeypatch, nowhere)
    assert (model_folder_of(hub.name) / "modules.json").is_file()


def test_the_command_line_fetches_a_model_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own, as users start it: HF_ENDPOINT, MiniLM's own files, and the app's progress alone."""
    hub = HubServer(altered_minilm(tmp_path / "served"))
    (tmp_path / "note.txt").write_text("Otters hold hands while they sleep. They eat sea urchins.", encoding="utf-8")
    place = {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "home"), "CHUNKSCOPE_HOME": str(tmp_path / "own")}
    environment = {**os.environ, **place, "HF_HUB_OFFLINE": "0", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "rag_core", "compare", str(tmp_path / "note.txt"), "-q", "What do otters eat?"]
    command += ["--strategy", "baseline", "--json", "--embedding-model", NAME]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    hub.close()
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    assert values["embedding_model"] == NAME
    assert values["columns"][0]["strategy"]["search"]["pooling"] == "late"
    assert "Fetching" not in done.stderr
    assert "%|" not in done.stderr  # the libraries' own bars
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "home" / "hub"))
    again = SentenceTransformerModel(NAME)
    again.wait()
    np.testing.assert_allclose(
        again.encode_passages(["otters"]), default_model().encode_passages(["otters"]), atol=1e-6
    )
    assert (again._folder / WEIGHTS).stat().st_size == (model_folder() / WEIGHTS).stat().st_size
