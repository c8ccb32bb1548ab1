"""Every environment variable that the program reads: name, type, default and description.

A setting is read when it is used, never at import, since Streamlit makes environment variables of its secrets later.
The table in docs/settings.md is generated from here.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from typing_extensions import override

from rag_core.errors import UserError

T = TypeVar("T")
N = TypeVar("N", int, float)


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[T]):
    """An environment variable; an empty one counts as unset.

    `default_note` says in words what an empty default means.
    """

    type_name: ClassVar[str]

    name: str
    default: T
    description: str
    default_note: str = ""

    def read(self) -> T:
        """The value now: the environment's, else the default. Raises UserError where the environment's is invalid."""
        text = os.environ.get(self.name, "").strip()
        return self._parse(text) if text else self.default

    def _parse(self, text: str) -> T:
        raise NotImplementedError

    def default_text(self) -> str:
        """The default as documentation shows it."""
        return self.default_note or f"`{self.default}`"


@dataclass(frozen=True, kw_only=True)
class Text(Setting[str]):
    """A text without white space around it, one of `choices` if there are any."""

    type_name = "text"

    default: str = ""
    choices: tuple[str, ...] = ()

    @override
    def _parse(self, text: str) -> str:
        if self.choices and text not in self.choices:
            raise UserError(f"{self.name}={text!r} is unknown. Valid: {', '.join(self.choices)}.")
        return text


@dataclass(frozen=True, kw_only=True)
class Secret(Setting[str]):
    """A key or a password, read as it stands; it is never quoted in a message."""

    type_name = "secret"

    default: str = ""
    default_note: str = "none"

    @override
    def read(self) -> str:
        return os.environ.get(self.name, "")


@dataclass(frozen=True, kw_only=True)
class Number(Setting[N]):
    """A finite number from `minimum` to `maximum`, or above `minimum` where `above_minimum` says so.

    It is a whole number if the default is one.
    """

    minimum: float = 0.0
    maximum: float = math.inf
    above_minimum: bool = False

    @property
    def type_name(self) -> str:  # type: ignore[override]  # a class attribute of the others, with their one value
        """The type and the bounds in words."""
        kind = "whole number" if isinstance(self.default, int) else "number"
        if self.above_minimum:
            return f"{kind} above {self.minimum:,.10g}"
        if self.maximum == math.inf:
            return f"{kind} of at least {self.minimum:,.10g}"
        return f"{kind} from {self.minimum:,.10g} to {self.maximum:,.10g}"

    @override
    def _parse(self, text: str) -> N:
        try:
            value: N = type(self.default)(text)
        except ValueError:
            raise self._invalid(text) from None
        if not self.minimum <= value <= self.maximum or not math.isfinite(value):
            raise self._invalid(text)
        if self.above_minimum and value == self.minimum:
            raise self._invalid(text)
        return value

    def _invalid(self, text: str) -> UserError:
        return UserError(f"{self.name}={text!r} is not a {self.type_name}. {self.description}.")

    @override
    def default_text(self) -> str:
        return self.default_note or f"`{self.default:,.10g}`"


@dataclass(frozen=True, kw_only=True)
class OptionalNumber(Setting[float | None]):
    """A number from `minimum` to `maximum`, or the word `none`."""

    minimum: float = 0.0
    maximum: float

    @property
    def type_name(self) -> str:  # type: ignore[override]
        """The type and the bounds in words."""
        return f"number from {self.minimum:,.10g} to {self.maximum:,.10g}, or `none`"

    @override
    def _parse(self, text: str) -> float | None:
        if text.strip().lower() == "none":
            return None
        number = Number(
            name=self.name,
            default=0.0,
            minimum=self.minimum,
            maximum=self.maximum,
            description=f"It may also be `none`. {self.description}",
        )
        return number._parse(text)


HOME = Text(
    name="CHUNKSCOPE_HOME",
    default_note="a folder in the user's cache directory",
    description="Folder of the cache and of your own `prices.toml`",
)
CACHE_GB = Number(
    name="CHUNKSCOPE_CACHE_GB",
    default=5.0,
    description="Maximum size of the cache on disk in gigabytes, such as 5 or 0.5; 0 disables it",
)

MAX_FILE_MB = Number(
    name="CHUNKSCOPE_MAX_FILE_MB",
    default=100.0,
    above_minimum=True,
    description="Maximum size of a document in megabytes of 1,048,576 bytes",
)
MAX_PAGES = Number(
    name="CHUNKSCOPE_MAX_PAGES", default=20_000.0, above_minimum=True, description="Maximum number of pages of a PDF"
)
MAX_CHARACTERS = Number(
    name="CHUNKSCOPE_MAX_CHARACTERS",
    default=20_000_000.0,
    above_minimum=True,
    description="Maximum number of characters of a document's text",
)
PARSE_SECONDS = Number(
    name="CHUNKSCOPE_PARSE_SECONDS",
    default=120.0,
    above_minimum=True,
    description="Maximum time for parsing a document, in seconds of wall and CPU time",
)
PARSE_MEMORY_MB = Number(
    name="CHUNKSCOPE_PARSE_MEMORY_MB",
    default=2048.0,
    above_minimum=True,
    description="Maximum memory of the parser's process in megabytes; enforced on Linux",
)
PDF_PASSWORD = Secret(
    name="CHUNKSCOPE_PDF_PASSWORD", description="Password of encrypted PDFs; read by the command line only"
)

LLM_PROVIDER = Text(
    name="CHUNKSCOPE_LLM",
    default_note="none: answers are extractive",
    choices=("openai", "openai-like"),
    description="Provider of the language model: `openai`, or `openai-like` for any other server of its protocol; the "
    "page offers the model, and asks it only after a click",
)
LLM_MODEL = Text(
    name="CHUNKSCOPE_LLM_MODEL",
    default_note="none; required with `CHUNKSCOPE_LLM`",
    description="Name of the language model, such as `gpt-4o-mini` or `qwen2.5:7b`",
)
LLM_BASE_URL = Text(
    name="CHUNKSCOPE_LLM_BASE_URL",
    default_note="the server of `OPENAI_BASE_URL`",
    description="Address of the language model's server, such as `http://localhost:11434/v1`; required with "
    "`openai-like`",
)
LLM_API_KEY = Secret(
    name="CHUNKSCOPE_LLM_API_KEY",
    default_note="that of `OPENAI_API_KEY`",
    description="API key for the language model's server; sent to no other",
)
LLM_TEMPERATURE = OptionalNumber(
    name="CHUNKSCOPE_LLM_TEMPERATURE",
    default=0.1,
    maximum=2,
    description="Sampling temperature of the language model; `none` sends none, so that the server's default applies",
)
LLM_CONTEXT_TOKENS = Number(
    name="CHUNKSCOPE_LLM_CONTEXT_TOKENS",
    default=0,
    maximum=10_000_000,
    description="Context window of the language model in tokens; 0: as known of OpenAI's models, else 4,096",
)
LLM_ANSWER_TOKENS = Number(
    name="CHUNKSCOPE_LLM_ANSWER_TOKENS",
    default=512,
    minimum=1,
    maximum=1_000_000,
    description="Maximum number of tokens of an answer",
)
LLM_TIMEOUT_S = Number(
    name="CHUNKSCOPE_LLM_TIMEOUT_S",
    default=60.0,
    minimum=0.1,
    maximum=86_400,
    description="Timeout of the language model in seconds, for connecting and between two parts of an answer",
)

OPENAI_API_KEY = Secret(
    name="OPENAI_API_KEY", description="API key for the server of `OPENAI_BASE_URL`; sent to no other"
)
OPENAI_BASE_URL = Text(
    name="OPENAI_BASE_URL",
    default_note="`https://api.openai.com/v1`",
    description="Address of the server of OpenAI's protocol that is asked unless another one is named",
)
OPENAI_API_BASE = Text(
    name="OPENAI_API_BASE",
    default_note="none",
    description="Former name of `OPENAI_BASE_URL`, read where that is not set",
)
OPENAI_CUSTOM_HEADERS = Text(
    name="OPENAI_CUSTOM_HEADERS",
    default_note="none",
    description="Headers that OpenAI's client adds to requests, one `name: value` per line; removed from requests to "
    "any server but that of `OPENAI_BASE_URL`",
)
SSL_CERT_FILE = Text(
    name="SSL_CERT_FILE",
    default_note="the certificate authorities of certifi",
    description="File of the certificates (PEM) that vouch for servers of OpenAI's protocol, instead of the usual "
    "authorities: for a server with a self-signed certificate, that certificate",
)
SSL_CERT_DIR = Text(
    name="SSL_CERT_DIR",
    default_note="none",
    description="Folder of such certificates under OpenSSL's hashed names, read where `SSL_CERT_FILE` is not set",
)
HF_ENDPOINT = Text(
    name="HF_ENDPOINT",
    default_note="the Hugging Face hub",
    description="Address that embedding models are downloaded from; read by huggingface_hub too",
)
TERM = Text(
    name="TERM",
    default_note="that of the terminal",
    description="Kind of terminal; in one that is `dumb`, the command line prints progress as into a file",
)


def all_settings() -> Iterator[Setting[object]]:
    """All settings, in the order of this file."""
    return (value for value in globals().values() if isinstance(value, Setting))
