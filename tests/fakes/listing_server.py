"""A server on loopback that is only asked which models it has; it may be slow, wrong, or never come to an end."""

from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

from tests.fakes.openai_server.loopback import LoopbackServer


class ListingServer(LoopbackServer):
    """Answers with its parts, a tenth of a second apart; a late server answers when it is closed.

    `completed` is whether a whole answer was ever sent.
    """

    def __init__(self, parts: Sequence[bytes], *, status: int = 200, late: bool = False, port: int = 0) -> None:
        self.parts, self.status, self.late = parts, status, late
        self.completed = False
        super().__init__(_Listing, port)


class _Listing(BaseHTTPRequestHandler):
    server: ListingServer

    def do_GET(self) -> None:
        if self.server.late:
            self.server.over.wait()
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/v1/models")
        with suppress(ConnectionError):
            self.end_headers()
            for number, part in enumerate(self.server.parts):
                self.server.over.wait(0.1 if number else 0)
                self.wfile.write(part)
            self.server.completed = True

    def log_message(self, *_: object) -> None:
        pass
