"""A server of OpenAI's protocol behind https, with a certificate of its own making."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

from tests.fakes.embedding_server import EmbeddingServer


def make_certificate(folder: Path, *, host: str = "localhost", days: int = 2) -> tuple[Path, Path]:
    """A self-signed certificate for a host name (and 127.0.0.1, if it is localhost) and its key, as PEM files."""
    certificate, key = folder / f"{host}.pem", folder / f"{host}.key"
    names = f"subjectAltName=DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", str(days), "-subj", f"/CN={host}"]
    subprocess.run([*command, "-addext", names], check=True, capture_output=True)
    return certificate, key


def behind_https(server: EmbeddingServer, certificate: Path, key: Path) -> str:
    """Have the server speak https from now on; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # Without a handshake at the accept: there, a client that refuses the certificate would end the server.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server.address.replace("http:", "https:")
