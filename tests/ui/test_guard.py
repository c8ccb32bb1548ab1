"""A real server takes requests for its own names, and websockets of its own pages, and lets nobody frame them."""

from __future__ import annotations

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

HEALTH, STREAM = "/_stcore/health", "/_stcore/stream"
COMMAND = [sys.executable, "-m", "rag_core", "ui", "--server.headless", "true"]


class Server:
    """`chunkscope ui` on a free port; a request is written by hand, since clients would not send some of these."""

    def __init__(self, log: Path, *options: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [*COMMAND, "--server.port", str(self.port), *options], cwd=ROOT, stdout=out, stderr=out,
                env=os.environ | {"CHUNKSCOPE_HOME": str(log.parent)},
            )  # fmt: skip
        give_up_s = time.monotonic() + 180
        while not self._listens():
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < give_up_s, log.read_text()
            time.sleep(0.1)

    def _listens(self) -> bool:
        try:
            return "200 OK" in self.ask("GET", HEALTH, Host="localhost")
        except ConnectionRefusedError:
            return False

    def ask(self, method: str, path: str, **headers: str) -> str:
        """The head of the answer; PORT in a header is the server's."""
        with self.connect(method, path, **headers) as connection:
            return connection.recv(4096).decode("latin-1").partition("\r\n\r\n")[0].lower().replace("200 ok", "200 OK")

    def connect(self, method: str, path: str, **headers: str) -> socket.socket:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        text = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""])
        connection.sendall(text.replace("PORT", str(self.port)).encode("latin-1"))
        return connection

    def handshake(self, host: str, origin: str | None, path: str = STREAM) -> int:
        """The status of the answer to a websocket's request."""
        wanted = {
            "Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13",
            "Sec_WebSocket_Key": base64.b64encode(os.urandom(16)).decode(), "Sec_WebSocket_Protocol": "streamlit",
        } | ({"Origin": origin} if origin else {})  # fmt: skip
        return int(self.ask("GET", path, **wanted).split()[1])


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    servers = []

    def started(*options: str) -> Server:
        servers.append(Server(tmp_path_factory.mktemp("server") / "log.txt", *options))
        return servers[-1]

    yield started
    for server in servers:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="module")
def server(start: Callable[..., Server]) -> Server:
    return start()


OWN = ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", socket.gethostname(), "192.168.7.7"]


@pytest.mark.parametrize("host", OWN)
def test_its_own_pages_may_use_it(server: Server, host: str) -> None:
    assert server.handshake(f"{host}:PORT", f"http://{host.lower()}:PORT") == 101
    assert "200 OK" in server.ask("GET", "/", Host=f"{host}:PORT")


def test_behind_a_proxy_that_speaks_https_ports_are_left_out(server: Server) -> None:
    assert server.handshake("localhost", "https://localhost") == 101
    assert server.handshake("localhost:443", "https://localhost") == 101


def test_what_is_no_browser_has_no_origin(server: Server) -> None:
    assert server.handshake("localhost:PORT", None) == 101


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:1",
        "http://127.0.0.1:PORT",
        "http://localhost.evil.example:PORT",
        "http://evil.example#@localhost:PORT",
        "null",
        "http://localhost:port",
        "file://",
    ],
)
def test_pages_of_other_origins_may_not(server: Server, origin: str) -> None:
    assert server.handshake("localhost:PORT", origin) == 403
    assert "403 forbidden" in server.ask("PUT", "/_stcore/upload_file/a/b", Host="localhost:PORT", Origin=origin)


@pytest.mark.parametrize(
    "host", ["evil.example:PORT", "localhost.evil.example", "evil.example:PORT@localhost", "localhost:x", "a b", ""]
)
def test_a_name_that_only_leads_here_is_not_the_servers(server: Server, host: str) -> None:
    assert server.handshake(host, f"http://{host}") in (400, 403)
    head = server.ask("GET", "/", Host=host)
    assert re.match("http/1.1 40[03]", head)


@pytest.mark.parametrize("path", ["/", "/Chunks", "/_stcore/health", "/_stcore/host-config", "/none", "/media/none"])
def test_nobody_else_may_frame_any_answer(server: Server, path: str) -> None:
    head = server.ask("GET", path, Host="localhost:PORT")
    assert "content-security-policy: frame-ancestors 'self'" in head
    assert "x-frame-options: sameorigin" in head


def test_the_reason_is_in_the_log_and_names_the_option(server: Server) -> None:
    assert server.handshake("other.example", "http://other.example") == 403
    written = server.log.read_text()
    assert "'other.example'" in written
    assert "--browser.serverAddress" in written


def test_options_name_other_hosts_and_origins(start: Callable[..., Server]) -> None:
    named = ["--browser.serverAddress", "scope.example", "--server.corsAllowedOrigins", "https://proxy.example:8443"]
    server = start(*named)
    assert server.handshake("scope.example", "https://scope.example") == 101
    assert server.handshake("localhost:PORT", "https://proxy.example:8443") == 101
    assert server.handshake("localhost:PORT", "https://proxy.example") == 403
    assert server.handshake("evil.example", "http://evil.example") == 403


def test_ctrl_c_ends_it_with_a_page_open(start: Callable[..., Server]) -> None:
    server = start()
    key = base64.b64encode(os.urandom(16)).decode()
    options = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": key}
    with server.connect("GET", STREAM, Host="localhost:PORT", **options) as page:
        assert b"101 Switching" in page.recv(4096)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 130
    assert "Traceback" not in server.log.read_text()
    assert server.log.read_text().splitlines()[-1] == "Interrupted."
