"""Chat models whose streams break, or end in another way than they should."""

from __future__ import annotations

import json

from tests.fakes.openai_server.chat_answers import ANSWER, well
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import chat

_LONG_WAIT_S = 300


@chat("hang-amid", "Stops in the midst of its answer, and keeps the connection.")
def _hang_amid(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat")
    to.wait(_LONG_WAIT_S)


@chat("dribble", "Keeps the connection alive with comments of the protocol, and never answers.")
def _dribble(to: Exchange) -> None:
    to.begin()
    while not to.server.over.is_set():
        to.wait(0.05)
        to.send(": still here\n\n")


@chat("cut", "Closes the connection in the midst of its answer.")
def _cut(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat sea")
    to.close_connection = True


@chat("cut-after", "Closes the connection after the whole answer, before the usage.")
def _cut_after(to: Exchange) -> None:
    to.begin()
    to.words(ANSWER)
    to.event({}, "stop")
    to.close_connection = True


@chat("unfinished", "Ends the response as HTTP has it, without finish_reason and [DONE].")
def _unfinished(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat sea")
    to.finish_chunks()


@chat("no-finish-reason", "Answers well; finish_reason is null throughout, then [DONE].")
def _no_finish_reason(to: Exchange) -> None:
    well(to, reason=None)


@chat("empty-finish-reason", 'Answers well; finish_reason is "" throughout, then [DONE].')
def _empty_finish_reason(to: Exchange) -> None:
    to.begin()
    for word in ANSWER.split(" "):
        to.event({"content": f"{word} "}, "")
    to.conclude("")


@chat("absent-finish-reason", "Answers well; there is no finish_reason at all, then [DONE].")
def _absent_finish_reason(to: Exchange) -> None:
    to.begin()
    for word in ANSWER.split(" "):
        to.send(f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': f'{word} '}}]})}\n\n")
    to.done()


@chat("only-done", "Sends nothing but [DONE].")
def _only_done(to: Exchange) -> None:
    to.begin()
    to.done()


@chat("no-pieces", "Ends properly, without having said anything.")
def _no_pieces(to: Exchange) -> None:
    to.begin()
    to.conclude()


@chat("blank", "Answers with white space.")
def _blank(to: Exchange) -> None:
    well(to, " \n\n ")


@chat("filtered", "Its content filter stops the answer.")
def _filtered(to: Exchange) -> None:
    well(to, "Otters", "content_filter")


@chat("cut-off", "The answer reaches its maximum length.")
def _cut_off(to: Exchange) -> None:
    well(to, "Otters eat", "length")


@chat("broken-json", "Sends half a piece of JSON in the midst of its answer.")
def _broken_json(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat")
    to.send('data: {"choices": [{"index": 0, "delta": {"con\n\n')
    to.conclude()


@chat("other-json", "Streams JSON that has nothing to do with OpenAI's protocol.")
def _other_json(to: Exchange) -> None:
    to.begin()
    for value in ({"status": "fine"}, [1, 2], None, {"choices": "otters"}, {"choices": [{"delta": {"content": 7}}]}):
        to.send(f"data: {json.dumps(value)}\n\n")
    to.conclude()


@chat("deep-json", "Streams JSON that is nested 200,000 levels deep.")
def _deep_json(to: Exchange) -> None:
    to.begin()
    to.send(f"data: {'[' * 200_000}\n\n")
    to.conclude()


@chat("error-amid", "Sends an error in the midst of its answer, under status 200.")
def _error_amid(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat")
    to.send(f"data: {json.dumps({'error': {'code': 500, 'message': 'the GPU is on fire', 'type': 'x'}})}\n\n")
    to.conclude()


@chat("error-in-choice", "Sends the error of the server behind it as a choice, as OpenRouter does.")
def _error_in_choice(to: Exchange) -> None:
    to.begin()
    error = {"code": 502, "message": "the otter <is> asleep"}
    to.send(f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': ''}, 'error': error}]})}\n\n")
    to.conclude("error")


@chat("ends-with-error", 'Ends in the midst of its answer; finish_reason is "error".')
def _ends_with_error(to: Exchange) -> None:
    well(to, "Otters", "error")


@chat("empty-cut-off", "Reaches its maximum length without having said anything.")
def _empty_cut_off(to: Exchange) -> None:
    to.begin()
    to.conclude("length")
