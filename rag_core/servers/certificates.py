"""The certificates that are trusted, and what is wrong with a server's."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from rag_core import settings
from rag_core.errors import UserError

# OpenSSL's numbers of what a verification found.
_SELF_SIGNED, _UNKNOWN_ISSUER, _EXPIRED, _NOT_YET, _OTHER_NAME = (18, 19), (2, 20, 21), (10,), (9,), (62, 64)


def ssl_context(base_url: str) -> ssl.SSLContext:
    """The context for a server's address: it trusts what SSL_CERT_FILE or SSL_CERT_DIR name, else the usual issuers.

    Raises UserError where the file that is named cannot be read.
    """
    import httpx

    if urlsplit(base_url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, since redirects are not followed
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError):
        named = settings.SSL_CERT_FILE if settings.SSL_CERT_FILE.read() else settings.SSL_CERT_DIR
        raise UserError(
            f"{named.name}={named.read()} cannot be read as certificates. Set it to certificates in PEM format, or "
            "unset it."
        ) from None


def tls_problem(error: BaseException, base_url: str) -> str | None:
    """What is wrong with the encrypted connection to a server, and the remedy; None where nothing is."""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"Connecting to {base_url} failed: {_of_certificate(cause)}"
        if isinstance(cause, ssl.SSLError) and cause.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
            plain = base_url.replace("https:", "http:", 1)
            return f"Connecting to {base_url} failed: the server does not speak https there. Try {plain}."
    return None


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _SELF_SIGNED:
        return f"its certificate is self-signed, so nothing proves whose server it is. {_remedy()}"
    if error.verify_code in _UNKNOWN_ISSUER:
        return f"its certificate was issued by an authority that is not trusted here. {_remedy()}"
    if error.verify_code in _EXPIRED:
        return "its certificate has expired. Renew it, or check this machine's clock."
    if error.verify_code in _NOT_YET:
        return "its certificate is not valid yet. Check the clocks of both machines."
    if error.verify_code in _OTHER_NAME:
        return f"its certificate is for another name ({error.verify_message}). Enter the name that it is for."
    return f"its certificate was refused ({error.verify_message}). {_remedy()}"


def _remedy() -> str:
    variable = settings.SSL_CERT_FILE.name
    if named := settings.SSL_CERT_FILE.read():
        return (
            f"It is not among the certificates in {named}, which {variable} names. If the server is to be trusted, add "
            "its certificate (or its issuer's) to that file, and start again."
        )
    return (
        f"If the server is to be trusted, save its certificate (or its issuer's) as a PEM file, set {variable} to that "
        "file, and start again."
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        yield link
        seen.add(id(link))
        link = link.__cause__ or link.__context__
