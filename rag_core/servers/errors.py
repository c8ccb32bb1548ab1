"""Errors of servers of OpenAI's protocol, each as a sentence for the user, with the server's own words."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from rag_core import settings
from rag_core.servers.certificates import tls_problem
from rag_core.servers.messages import message_in, message_of_text
from rag_core.servers.redaction import redact_keys

if TYPE_CHECKING:
    import openai

SENT_STATUS = "sent_status"  # the extension of a response that holds its status, where the error came under another one
_REDIRECTS = range(300, 400)
# What parsing JSON raises; the last one where it is nested a thousand levels deep.
_MALFORMED = AttributeError | TypeError | ValueError | KeyError | RecursionError
_MODEL_CODES = ("model_not_found", "DeploymentNotFound", "invalid_model")
_NO_MODEL = re.compile(
    r"(model|deployment)\b.*\b(not (exist|found|available|loaded|supported)|unknown|no such|pull)"
    r"|(no|unknown|invalid|find) (such )?(model|deployment)",
    re.IGNORECASE | re.DOTALL,
)
# What servers say where nothing is at a path, or it does not take a POST.
_NO_PAGE = re.compile(
    r"^\W*(error )?(40[45])?\W*(the )?(requested )?(page|path|url|route|resource|endpoint|file|method)?\W*"
    r"(not found|not allowed|cannot (post|get))"
    r"|\b(path|url|uri|route|endpoint|page|resource)\b.*\bnot (be )?(found|exist|supported)"
    r"|(invalid|unknown|no such|no matching|unexpected) (url|path|route|endpoint|page)|no (route|handler)",
    re.IGNORECASE,
)
_ABOUT_KEY = re.compile(r"\bkey\b|token|credential|unauthori[sz]ed|authenticat", re.IGNORECASE)


class ServerContext(NamedTuple):
    """The model and server of a request, for messages; the key is only used to redact it."""

    model: str
    base_url: str
    key: str
    kind: str = "embedding model"
    key_variable: str = settings.OPENAI_API_KEY.name
    url_variable: str = settings.OPENAI_BASE_URL.name

    def __repr__(self) -> str:
        return f"ServerContext({self.model!r}, {self.base_url!r})"


def describe_error(error: Exception, context: ServerContext) -> str | None:
    """What happened and what helps; None where the error is a bug and not the server's."""
    import httpx
    import openai

    base_url = context.base_url
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, context)
    if isinstance(error, httpx.InvalidURL):
        return f"{base_url} is not a server's address. Check its spelling."
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return f"The request to {base_url} timed out. Try again, or check that the server works."
    if problem := tls_problem(error, base_url):
        return problem
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
        return f"The connection to {base_url} was lost during its answer. Try again."
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return _not_connected(error, base_url)
    if type(error) is openai.APIError:  # in the middle of a stream
        return f"{base_url} stopped with an error. {_words(server_message(error, context.key))}"
    if isinstance(error, openai.APIError | httpx.DecodingError | _MALFORMED):
        return not_the_protocol(base_url)
    return None


def not_the_protocol(base_url: str) -> str:
    """The sentence for an answer that is none of OpenAI's protocol."""
    return f"{base_url} did not answer by OpenAI's protocol. Check the address; it usually ends in /v1."


def is_unknown_model(error: openai.APIStatusError, model: str) -> bool:
    """Whether a server says that it does not have the model, rather than that it has nothing at that address."""
    if error.status_code not in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST):
        return False
    if str(error.code) in _MODEL_CODES:
        return True
    message = server_message(error, "")
    named = re.search(rf"(?<![\w/]){re.escape(model)}(?![\w/])", message)
    return error.status_code == HTTPStatus.NOT_FOUND and bool(named or _NO_MODEL.search(message))


def server_message(error: openai.APIError, key: str) -> str:
    """The server's own message in one line, without keys; "" if it sent none."""
    import openai

    sent = message_of_text(error.response.text) if isinstance(error, openai.APIStatusError) else message_in(error.body)
    return redact_keys(sent, key)


def _words(message: str) -> str:
    return f"Its message: {message}" if message else "Try again later."


def _of_status(error: openai.APIStatusError, context: ServerContext) -> str:
    base_url, status = context.base_url, error.status_code
    message = server_message(error, context.key)
    said = f" Its message: {message}" if message else ""
    if status in _REDIRECTS:
        place = redact_keys(error.response.headers.get("location", "another address"), context.key)
        return f"{base_url} redirects to {place}. Enter the address of the server that answers."
    if status == HTTPStatus.UNAUTHORIZED:
        return _key_refused(context) + said
    if status == HTTPStatus.FORBIDDEN:
        return _forbidden(context, message)
    if is_unknown_model(error, context.model):
        return f"{base_url} has no {context.kind} {context.model!r}. Check the name.{said}"
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return _nothing_there(error, base_url, message)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"{base_url} refused the request: rate limit or quota reached. {_words(message)}"
    if SENT_STATUS in error.response.extensions:
        return f"{base_url} answered with an error. {_words(message)}"
    return f"{base_url} answered with the error {status}. {_words(message)}"


def _key_refused(context: ServerContext) -> str:
    if not context.key:
        variables = f"set {context.key_variable}, and {context.url_variable} to it"
        return f"{context.base_url} requires an API key. Type it into the app, or {variables}."
    return f"{context.base_url} rejected the API key. Check it: it may be mistyped, expired, or another server's."


def _forbidden(context: ServerContext, message: str) -> str:
    """403 is for a region, a project or a model as often as for a key: the server's message says which."""
    if not message:
        return _key_refused(context)
    if not context.key and _ABOUT_KEY.search(message):
        return f"{_key_refused(context)} Its message: {message}"
    refused = f"{context.base_url} refused the request (403): the key, its account or the region may not do this."
    return f"{refused} Its message: {message}"


def _nothing_there(error: openai.APIStatusError, base_url: str, message: str) -> str:
    """404 and 405 are for a path without a page, or for what the server says is missing, such as a project."""
    if message and not _NO_PAGE.search(message):
        return f"{base_url} refused the request ({error.status_code}). Its message: {message}"
    return _no_page(error, base_url) + (f" Its message: {message}" if message else "")


def _no_page(error: openai.APIStatusError, base_url: str) -> str:
    asked = error.request.url.copy_with(query=None)
    if "/deployments/" in asked.path and not error.request.url.query:
        return (
            f"{base_url} has nothing at {asked} ({error.status_code}). Azure's deployments require the version of "
            "their protocol: add ?api-version=2024-10-21 to the address."
        )
    return f"{base_url} has nothing at {asked} ({error.status_code}). Check the address; it usually ends in /v1."


def _not_connected(error: Exception, base_url: str) -> str:
    import httpx

    cause = error if isinstance(error, httpx.TransportError) else error.__cause__
    if isinstance(cause, httpx.ReadError | httpx.RemoteProtocolError):  # before anything was answered
        advice = " If it requires https, write https:// in the address." if base_url.startswith("http:") else ""
        return f"The connection to {base_url} was lost before it answered. Try again.{advice}"
    return f"Connecting to {base_url} failed. Check the address and the network, and that the server is running."
