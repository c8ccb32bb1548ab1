"""Only keys are masked in what a server says: in any spelling, and every other word is whole."""

import base64
import time
from urllib.parse import quote

import pytest

from rag_core.servers.redaction import redact_keys

KEY = "sk-otters-Pq7Zx2Vw9Lm4Rt6Yb1Nc"
OTHERS = ("hunter2", "a+b/c=d==", "8f14e45fceea167a5a36dedd4bea2543", "eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJSM")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS = {
    "as it is": lambda key: key,
    "spaces": " ".join,
    "lines": "\n".join,
    "a blank in the middle": lambda key: f"{key[:5]} {key[5:]}",
    "in an address": lambda key: quote(key, safe=""),
    "base64": encoded,
    "base64 without padding": lambda key: encoded(key).rstrip("="),
    "base64 after a name": lambda key: f"Basic {encoded(f'user:{key}')}",
    "base64 before more": lambda key: encoded(f"x{key} and more"),
    "base64 for addresses": lambda key: base64.urlsafe_b64encode(f"??{key}>>".encode()).decode(),
    "base64 in lines": lambda key: "\n".join(encoded(f"ab{key}")[i : i + 7] for i in range(0, 4 * len(key), 7)),
    "hexadecimal": lambda key: key.encode().hex(),
    "upper case": str.upper,
    "percent signs": lambda key: "".join(f"%{byte:02X}" for byte in key.encode()),
    "references of HTML": lambda key: "".join(f"&#{byte};" for byte in key.encode()),
}


@pytest.mark.parametrize("key", [KEY, *OTHERS])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_key_is_masked_however_it_is_spelled(spelling: str, key: str) -> None:
    spelled = SPELLINGS[spelling](key)
    said = redact_keys(f"The key ({spelled.strip()}) is locked.", key)
    assert said in ("The key (…) is locked.", "The key (Basic …) is locked.")


@pytest.mark.parametrize(
    "split",
    ["-".join(KEY), KEY.replace("-", ""), KEY.replace("-", " - "), "\u200b".join(KEY), "_".join(KEY)],
    ids=["hyphens", "without hyphens", "wide", "invisible", "underscores"],
)
def test_a_long_key_is_masked_whatever_stands_between_its_letters(split: str) -> None:
    assert redact_keys(f"Key {split} is locked", KEY) == "Key … is locked"


@pytest.mark.parametrize(
    "echo", ["sk-otte***************b1Nc", "sk-ot...b1Nc", "sk-o…1Nc", "Pq7Zx2Vw9Lm4", "sk-otXXXXXXXXb1Nc"]
)
def test_what_a_server_repeats_of_the_key_is_masked(echo: str) -> None:
    said = redact_keys(f"Incorrect API key provided: {echo}. You can find your API key at https://h/keys.", KEY)
    assert said == "Incorrect API key provided: …. You can find your API key at https://h/keys."


@pytest.mark.parametrize(
    "foreign",
    [
        "sk-proj-1234567890abcdefghij",
        "hf_AbCdEfGhIjKlMnOpQrStUvWx12",
        "Bearer abcdef.123456",
        "sk-live********wxyz",
        "AIzaSyA1234567890abcdefghijk",
        "0123456789abcdef0123456789abcdef",
    ],
)
def test_another_key_is_masked_too(foreign: str) -> None:
    said = redact_keys(f"{foreign} is not yours", KEY)
    assert said in ("… is not yours", "Bearer … is not yours")


@pytest.mark.parametrize(
    "message",
    [
        "Internationalization of electroencephalographically-measured counterrevolutionaries is not supported",
        "model sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2 does not exist",
        "text-embedding-3-large-2024-01-25-preview is retired; use Qwen2.5-72B-Instruct-GPTQ-Int4",
        "Bearer authentication required, request req_0123456789abcdef0123456789abcdef",
        "'***Important***' <|endoftext|> is not allowed in <body> & </body>: set truncate_prompt_tokens=-1",
        "hf_transfer and hf_hub_download_something are missing. See https://h/v1/organization/limits#x... or wait",
        "Project proj_abcdefghijklmnop does not have access to model gpt-4o-mini-2024-07-18-finetuned",
    ],
)
def test_every_other_word_is_whole(message: str) -> None:
    assert redact_keys(message, KEY) == message


def test_a_short_key_masks_no_part_of_a_word() -> None:
    assert redact_keys("The maximum is 8: none, anonymous", "none") == "The maximum is 8: …, anonymous"


def test_a_long_message_ends_at_a_word() -> None:
    words = " ".join(f"word{i}" for i in range(500))
    said = redact_keys(words, KEY)
    assert said.endswith(" …")
    assert words.startswith(said.removesuffix(" …"))
    assert words[len(said) - 2] == " "


@pytest.mark.parametrize("text", ["a" * 100_000, "s-" * 50_000, "*a" * 50_000, "k.." * 40_000, "1a" * 50_000])
def test_a_hostile_message_is_read_up_to_a_limit(text: str) -> None:
    started = time.process_time()
    assert len(redact_keys(text, KEY)) < 500
    assert time.process_time() - started < 30  # without one, some would take hours
