"""A request is sent again without an option that its server refuses, once each, and never with it again."""

from types import SimpleNamespace

import pytest

from rag_core.servers import loop
from rag_core.servers.refused_options import RefusedOptions, refused_option
from tests.fakes.openai_server import ANSWER, OpenAIServer
from tests.llms.asking import model_at, streamed

SENT = ("stream", "stream_options", "temperature", "max_tokens", "encoding_format", "seed", "n")


def error(body: object, status: int = 400) -> SimpleNamespace:
    return SimpleNamespace(status_code=status, body=body, message=str(body))


@pytest.mark.parametrize(
    ("body", "option"),
    [
        ({"message": "invalid temperature: only 1 is allowed for this model"}, "temperature"),
        ({"message": "`temperature` is deprecated for this model."}, "temperature"),
        ({"message": "Unsupported value", "param": "temperature"}, "temperature"),
        ({"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}, "max_tokens"),
        ({"message": "max_tokens and temperature are unknown", "param": "temperature"}, "temperature"),
        ("encoding_format must be float", "encoding_format"),
        ({"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}, "stream_options"),
        ([{"error": {"message": 'Unknown name "seed"'}}], "seed"),
        ({"detail": "stream_options: not supported"}, "stream_options"),
        ({"message": "Temperature must be 1 when thinking is enabled"}, "temperature"),
        ({"message": "Rejected", "metadata": {"raw": '{"error": {"message": "no temperature"}}'}}, "temperature"),
        ({"message": "Rejected", "details": [{"fieldViolations": [{"field": "temperature"}]}]}, "temperature"),
        ({"message": "Rejected", "errors": {"max_tokens": ["must be below 100"]}}, "max_tokens"),
        ({"message": '[{"loc": ["seed"], "msg": "wrong", "input": {"temperature": 0.1}}]'}, "seed"),
        ({"message": "Streaming is not available for this model"}, "stream"),
        ({"message": "stream=true is unsupported"}, "stream"),
        ({"message": "Encoding format is fixed"}, "encoding_format"),
        ({"message": "base64 is unsupported"}, "encoding_format"),
        ({"message": "Rejected", "param": "encoding_format"}, "encoding_format"),
        ({"message": "include_usage is an unknown field"}, "stream_options"),
        ({"message": "Streaming options need stream_options"}, "stream_options"),
        ({"message": "the stream was closed, and n is 3"}, None),
        ({"message": "max_completion_tokens is too low"}, None),
        ({"detail": [{"loc": ["body", "messages"], "msg": "wrong", "input": {"temperature": 0.1}}]}, None),
        (None, None),
    ],
)
def test_the_option_is_the_one_that_the_error_names(body: object, option: str | None) -> None:
    assert refused_option(error(body), SENT) == option
    assert refused_option(error(body, 422), SENT) == option
    assert refused_option(error(body, 500), SENT) is None


def test_what_another_request_has_learned_meanwhile_does_not_fail_this_one() -> None:
    memory = RefusedOptions()
    first, second = (memory.trial({"temperature": 0.1}) for _ in range(2))
    refusal = error({"message": "temperature is unsupported"})
    assert first.leave_out(refusal)
    first.settle()
    assert second.leave_out(refusal)
    assert second.options == {}


def test_an_option_is_remembered_once_leaving_it_out_has_helped() -> None:
    memory = RefusedOptions()
    options = {"temperature": 0.1, "max_tokens": 5}
    trial = memory.trial(options)
    about_the_weather = error("The temperature of the Pacific is rising")
    assert trial.leave_out(about_the_weather)
    assert trial.options == {"max_tokens": 5}
    assert not trial.leave_out(about_the_weather)
    assert memory.accepted(options) == options
    trial = memory.trial(options)
    assert trial.leave_out(error("max_tokens is unknown"))
    assert trial.options == {"temperature": 0.1, "max_completion_tokens": 5}
    assert trial.leave_out(error("max_completion_tokens is unknown"))
    trial.settle()
    assert memory.accepted(options) == {"temperature": 0.1}


@pytest.mark.parametrize(
    ("name", "attempts", "absent"),
    [
        ("only-temperature-1", 2, {"temperature"}),
        ("deprecated-temperature", 2, {"temperature"}),
        ("streams-refusal", 2, {"temperature"}),
        ("no-stream", 2, {"stream", "stream_options"}),
        ("refuses-all", 4, {"stream_options", "temperature", "max_tokens"}),
    ],
)
def test_refusals_of_any_wording_end_in_an_answer(
    name: str, attempts: int, absent: set[str], hostile: OpenAIServer
) -> None:
    for temperature in (0.1, 0.5):  # of two models, with what the first has learned
        answer = streamed(model_at(hostile.base_url, name, temperature=temperature))
        assert (answer.text, answer.error) == (ANSWER, None)
    assert len(hostile.requests) == attempts + 1
    assert not absent & hostile.requests[-1].body.keys()


def test_an_unset_temperature_is_not_sent(hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, "well", temperature=None)
    assert streamed(llm).text == ANSWER
    assert "temperature" not in hostile.requests[0].body
    assert llm.identity != model_at(hostile.base_url, "well", temperature=0).identity
    assert loop.run(llm.complete("What do otters eat?"))[0] == ANSWER
