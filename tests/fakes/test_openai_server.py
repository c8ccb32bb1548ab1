"""Every named behaviour of the fake server is listed, described, and reached by its name and by its address."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import httpx
import pytest

from tests.fakes.openai_server import ANSWER, BEHAVIOURS, OpenAIServer
from tests.fakes.openai_server.server import described

pytestmark = pytest.mark.timeout(60)
FIRST_BYTES_S = 1.0
MESSAGES = [{"role": "user", "content": "What do otters eat?"}]


def asked(base_url: str, model: str, **options: object) -> httpx.Response:
    body = {"model": model, "messages": MESSAGES, **options}
    return httpx.post(f"{base_url}/chat/completions", json=body, timeout=10)


def test_there_are_thirty_behaviours_and_each_is_described(hostile: OpenAIServer) -> None:
    assert len(BEHAVIOURS) >= 30
    lines = httpx.get(hostile.base_url.removesuffix("v1")).text.splitlines()
    assert lines == described().splitlines()
    for line, one in zip(lines, BEHAVIOURS.values(), strict=True):
        assert line.split()[0] == one.name
        assert line.endswith(one.description)
        assert one.description.endswith(".")
        assert len(one.description) > 10
        assert one.endpoints
    assert len({one.description for one in BEHAVIOURS.values()}) == len(BEHAVIOURS)


def test_the_models_are_the_behaviours(hostile: OpenAIServer) -> None:
    listed = httpx.get(f"{hostile.base_url}/models").json()["data"]
    assert [model["id"] for model in listed] == list(BEHAVIOURS)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_each_behaviour_is_reached_by_name_and_by_address(name: str, hostile: OpenAIServer) -> None:
    """The bytes that come first are the same by both ways; a behaviour that never answers is recorded."""
    by_name = first_bytes(hostile, f"{hostile.base_url}/chat/completions", name)
    by_address = first_bytes(hostile, f"{hostile.url_of(name)}/chat/completions", "whatever")
    assert by_name == by_address
    assert [noted.body["model"] for noted in hostile.requests] == [name, "whatever"]


def first_bytes(hostile: OpenAIServer, url: str, model: str) -> tuple[int, bytes]:
    body = json.dumps({"model": model, "messages": MESSAGES, "stream": True, "temperature": 0.1}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=FIRST_BYTES_S) as answer:
            return answer.status, answer.read(40)
    except urllib.error.HTTPError as error:
        return error.code, b""
    except (TimeoutError, urllib.error.URLError, ConnectionError):
        return 0, b""


def test_an_unknown_name_is_an_unknown_model(hostile: OpenAIServer) -> None:
    answer = asked(hostile.base_url, "nobody-knows")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


def test_without_streaming_it_answers_in_one_piece(hostile: OpenAIServer) -> None:
    answer = asked(hostile.base_url, "reasons").json()["choices"][0]
    assert answer["message"]["content"] == ANSWER
    assert answer["message"]["reasoning_content"]
    assert answer["finish_reason"] == "stop"
    assert asked(hostile.base_url, "cut-off").json()["choices"][0]["finish_reason"] == "length"


def test_texts_have_vectors_of_their_own(hostile: OpenAIServer) -> None:
    body = {"model": "embeds", "input": ["otters", "urchins", "otters"]}
    data = httpx.post(f"{hostile.base_url}/embeddings", json=body).json()["data"]
    assert [item["index"] for item in data] == [0, 1, 2]
    assert data[0]["embedding"] == data[2]["embedding"] != data[1]["embedding"]


def test_what_is_told_about_models_goes_by_the_address(hostile: OpenAIServer) -> None:
    listed = httpx.get(f"{hostile.url_of('doubled-models')}/models").json()["data"]
    assert [model["id"] for model in listed] == ["well", "slow", "well"]
    assert httpx.get(f"{hostile.url_of('well')}/models".replace("/v1/models", "/props")).status_code == 404
    assert [noted.path for noted in hostile.record.lookups] == ["/doubled-models/v1/models", "/well/props"]


def test_it_can_be_started_by_hand() -> None:
    command = [sys.executable, "-m", "tests.fakes.openai_server"]
    assert subprocess.run([*command, "--list"], capture_output=True, text=True, check=True).stdout == described()
    assert "PORT" in subprocess.run(command, capture_output=True, text=True, check=False).stderr
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        address = next(line.split()[-1] for line in lines if line.startswith("Listening at "))
        answer = asked(address, "well").json()
        process.terminate()
    assert answer["choices"][0]["message"]["content"] == ANSWER
