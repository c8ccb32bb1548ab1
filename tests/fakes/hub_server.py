"""An imitation of the Hugging Face hub on loopback, which serves one model and can fail."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

NAME = "otters/small-model"
SHA = "0123456789abcdef0123456789abcdef01234567"


class HubServer(ThreadingHTTPServer):
    """Serves a folder's files as a model; `status` is that of every answer; the file named `cut` is sent in part."""

    daemon_threads = True

    def __init__(self, folder: Path, name: str = NAME) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        self.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        self.hashes = {path: hashlib.sha1(content).hexdigest() for path, content in self.files.items()}
        self.name, self.status, self.headers = name, 200, dict[str, str]()
        self.cut = ""
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Requests(BaseHTTPRequestHandler):
    server: HubServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        hub, path = self.server, unquote(urlsplit(self.path).path)
        hub.asked.append(path)
        described = f"/api/models/{hub.name}"
        if hub.status != 200:
            self._send(hub.status, b"{}", hub.headers)
        elif path in (described, f"{described}/revision/main", f"{described}/revision/{SHA}"):
            siblings = [{"rfilename": name} for name in hub.files]
            self._json({"id": hub.name, "modelId": hub.name, "sha": SHA, "siblings": siblings})
        elif path in (f"{described}/tree/{SHA}", f"{described}/tree/main"):
            self._json(
                [
                    {"type": "file", "path": name, "size": len(content), "oid": hub.hashes[name]}
                    for name, content in hub.files.items()
                ]
            )
        elif path.startswith(f"/{hub.name}/resolve/"):
            self._file(path.split("/", 5)[5])
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def do_HEAD(self) -> None:
        self.do_GET()

    def _file(self, name: str) -> None:
        content = self.server.files[name]
        headers = {"ETag": f'"{self.server.hashes[name]}"', "X-Repo-Commit": SHA, "Accept-Ranges": "bytes"}
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        cut = self.server.cut and name.endswith(self.server.cut)
        self._send(206 if start else 200, content[start:], headers, limit=len(content) // 2 - start if cut else None)

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str], limit: int | None = None) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if limit is None else body[: max(limit, 0)])
            self.close_connection = limit is not None

    def log_message(self, *_: object) -> None:
        pass
