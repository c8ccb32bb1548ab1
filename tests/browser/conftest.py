"""A Streamlit server of its own for the tests, a Chromium, and windows that watch what they are made to do."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_window import DESKTOP, App
from playwright.sync_api import Browser, BrowserContext, Request, expect, sync_playwright

from tests.paths import ROOT

# Generous, for machines at work with other things; nothing waits longer than it must.
TIMEOUT_MS = 1000 * int(os.environ.get("CHUNKSCOPE_TEST_TIMEOUT_S", "180"))
_FROM_CHECKOUT = (sys.executable, "-m", "streamlit", "run", "app.py")
_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Server:
    """The app, served on a port of this machine's own; `launch` starts its process."""

    url: str
    log: Path
    launch: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process and wait until it serves."""
        self.process = self.launch()
        _wait_until_healthy(self, self.process)

    def kill(self) -> None:
        """End the process at once, as a crash or a power cut does."""
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    named = os.environ.get("CHUNKSCOPE_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail(f"No browser: {', '.join(names)} not found. Install Chromium, or name it in CHUNKSCOPE_CHROMIUM.")
    return found


# Not for the session: while Playwright runs, no other test of the process could use asyncio.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=TIMEOUT_MS)
        browser = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts the app with environment variables added, by default from the checkout; the session's end stops all."""
    servers: list[Server] = []

    def start(*, command: Sequence[str] = _FROM_CHECKOUT, folder: Path = ROOT, **environment: str) -> Server:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        port = _free_port()
        options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
        # A cache of its own: what the person at this machine has embedded must not change what is tested.
        variables = os.environ | {"CHUNKSCOPE_HOME": str(log.parent)} | environment

        def launch() -> subprocess.Popen[bytes]:
            with log.open("a") as out:
                return subprocess.Popen(
                    [*command, *options], cwd=folder, env=variables, stdout=out, stderr=out, start_new_session=True
                )

        servers.append(server := Server(f"http://127.0.0.1:{port}", log, launch))
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server()


@pytest.fixture
def new_app(browser: Browser) -> Iterator[Callable[..., App]]:
    """Opens a window of its own on a server: nothing is shared but the server.

    At the end, the server's log must hold no traceback, and no window may have asked another host for anything.
    """
    contexts: list[BrowserContext] = []
    apps: list[App] = []
    logs: dict[Path, int] = {}

    def new(server: Server, viewport: dict[str, int] = DESKTOP, **options: object) -> App:
        logs.setdefault(server.log, len(server.log.read_text()))
        context = browser.new_context(viewport=viewport, accept_downloads=True, **options)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        app = App(context.new_page(), server.url)
        apps.append(app)
        _listen(app, context)
        return app

    yield new
    for context in contexts:
        context.close()
    for app in apps:
        assert [url for url in app.requests if not _is_of(url, app.url)] == []
        assert app.surprises == []
    for log, start in logs.items():
        written = log.read_text()[start:]
        assert "Traceback" not in written, written
        assert "Stack (most recent call last)" not in written, written


@pytest.fixture
def app(new_app: Callable[..., App], server: Server) -> App:
    return new_app(server)


def _listen(app: App, context: BrowserContext) -> None:
    def dismiss(dialog) -> None:
        app.surprises.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def request(request: Request) -> None:
        app.requests.append(request.url)

    context.on("request", request)
    context.on("dialog", dismiss)
    context.on("weberror", lambda error: app.surprises.append(str(error.error)))
    app.page.on("websocket", lambda socket: app.requests.append(socket.url))


def _is_of(url: str, server_url: str) -> bool:
    address = urlsplit(url)
    return address.scheme in ("data", "blob") or address.netloc == urlsplit(server_url).netloc


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + TIMEOUT_MS / 1000
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < give_up:
        assert process.poll() is None, server.log.read_text()
        try:
            with opener.open(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            process_wait(process)
    pytest.fail(f"The server did not start:\n{server.log.read_text()}")


def process_wait(process: subprocess.Popen[bytes]) -> None:
    """A moment, or less where the server has ended meanwhile."""
    try:
        process.wait(timeout=0.1)
    except subprocess.TimeoutExpired:
        return
