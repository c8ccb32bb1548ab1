"""A Streamlit server, a Chromium, and the page as a person meets it: by what it shows, not by how it is built."""

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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_MS = 180_000
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Of nothing but these four things, so that a question has one right paragraph.
NOTES = """\
The lighthouse on Skerry Rock was lit for the first time in 1871. Its lamp burned rapeseed oil and stood forty metres \
above the sea. Keepers carried the oil up a spiral stair of 186 steps twice a day. In 1923 the lamp was changed for an \
electric bulb, and the last keeper left the rock in 1968.

Sourdough bread rises without bought yeast. Flour and water are left in a warm place until wild yeast and bacteria \
settle in them. The baker feeds this starter every day and keeps some of it back for the next loaf. A dense crumb \
mostly means that the dough was baked before it had risen enough.

A glacier is a river of ice. Snow that falls in its upper part is pressed into ice by the snow above it, and flows \
downhill a few centimetres a day. At its tongue the ice melts as fast as it arrives. Dark lines of rubble on its \
surface, called moraines, show where two glaciers have met.

Movable type was cast from lead, tin and antimony. The typesetter took the letters from a case, upper and lower, and \
set them line by line in a composing stick. After printing, each letter went back into its compartment. A careful \
apprentice could set about fifteen hundred letters in an hour.
"""
QUESTION = "When did the last keeper leave the lighthouse?"
SPECS = ("baseline:chunker.chunk_tokens=96", "chunk_references:chunker.chunk_tokens=96,reference.child_tokens=32")


@dataclass
class Server:
    """The app, served on a port of this machine's own."""

    url: str
    log: Path


@dataclass
class Upload:
    """A file to choose in the browser's dialog."""

    name: str
    content: bytes

    def payload(self) -> dict[str, str | bytes]:
        return {"name": self.name, "mimeType": "application/octet-stream", "buffer": self.content}


def notes(name: str = "notes.txt") -> Upload:
    return Upload(name, NOTES.encode())


@dataclass
class App:
    """One person's browser window with the app in it."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def open(self, *specs: str, **parameters: str) -> None:
        """Open the address of a view and wait for the first paint."""
        query = urlencode([*parameters.items(), *(("s", spec) for spec in specs)])
        self.page.goto(f"{self.url}/?{query}" if query else self.url)
        expect(self.page.locator(".cs-wordmark")).to_be_visible()
        expect(self.page.get_by_role("button", name="Compare")).to_be_visible()

    def open_notes(self, *specs: str, upload: Upload | None = None, **parameters: str) -> None:
        """Upload the notes and ask about them, with small chunks."""
        self.open(*(specs or SPECS), q=QUESTION, doc=f"{'0' * 16}-none.txt", **parameters)
        self.upload(upload or notes())
        self.expect_results(len(specs or SPECS))

    def upload(self, *uploads: Upload) -> None:
        """Choose files in the uploader, and close it again."""
        self.page.get_by_role("button", name="Add documents").click()
        self.page.locator("input[type=file]").set_input_files([upload.payload() for upload in uploads])
        for upload in uploads:
            expect(self.page.get_by_test_id("stFileUploaderFileName").filter(has_text=upload.name)).to_be_visible()
        self.page.keyboard.press("Escape")

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        self.question.fill(question)
        self.question.press("Enter")
        self.page.wait_for_url(lambda url: self.address(url).get("q") == [question])

    def expect_results(self, columns: int) -> None:
        """Wait until every column shows a hit and nothing is at work."""
        for position in range(columns):
            expect(self.hits(position).first).to_be_attached()
        expect(self.page.locator("[class*=st-key-body]")).to_have_count(columns)
        self.settle()

    def settle(self) -> None:
        """Wait until the run that is going on has ended."""
        expect(self.page.locator('[data-test-script-state="notRunning"]')).to_be_attached()
        expect(self.page.locator(".cs-busy")).to_have_count(0)

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("textbox", name="Question")

    def column(self, position: int) -> Locator:
        return self.page.locator(f".st-key-column{position}")

    def hits(self, position: int) -> Locator:
        return self.page.locator(f".st-key-body{position} .cs-hit")

    def figure(self, position: int, label: str) -> Locator:
        """A column's number in the ribbon."""
        return self.page.locator(f".cs-row.cs-c{position} .cs-num[data-label={label}]")

    def hit_ids(self) -> list[str | None]:
        return [hit.get_attribute("id") for hit in self.page.locator(".cs-hit").all()]

    def texts(self) -> list[list[str]]:
        """The hits' whole texts, column by column."""
        return [self.hits(i).locator(".cs-text").all_text_contents() for i in range(4)]

    @property
    def message(self) -> Locator:
        """What is said above the results."""
        return self.page.locator(".st-key-messages").get_by_role("alert")

    def chosen(self) -> list[str]:
        """The names of the documents chosen."""
        return self.page.locator("[data-baseweb=tag]").all_inner_texts()

    def address(self, url: str | None = None) -> dict[str, list[str]]:
        """The parameters in the window's address."""
        return parse_qs(urlsplit(url or self.page.url).query)

    def wait_for_address(self, name: str, *values: str) -> None:
        """The address is written at the end of a run: what the run drew is there too."""
        self.page.wait_for_url(lambda url: self.address(url).get(name, []) == list(values))


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
    """Starts the app with environment variables added; all are ended with the session."""
    processes = []

    def start(**environment: str) -> Server:
        log = tmp_path_factory.mktemp("server") / "log.txt"
        port = _free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
        with log.open("w") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | environment, stdout=out, stderr=out, start_new_session=True
            )
        processes.append(process)
        server = Server(f"http://127.0.0.1:{port}", log)
        _wait_until_healthy(server, process)
        return server

    yield start
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


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
