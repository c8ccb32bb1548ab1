"""Requests to an embedding server within the limits that it states: fewer texts at a time, and of each a part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag_core import interrupts
from rag_core.embeddings.server_limits import ServerLimits
from rag_core.embeddings.vector_reply import UnusableVectorsError, vectors_in
from rag_core.servers import loop
from rag_core.servers.addresses import Endpoint
from rag_core.servers.errors import ServerContext
from rag_core.servers.limits import Limit, limit_in
from rag_core.servers.messages import message_of_text
from rag_core.servers.retry_after import retry_after_s

if TYPE_CHECKING:
    import openai
    from tenacity import RetryCallState

    from rag_core.servers.http import ServerClient

Vectors = NDArray[np.float32]
_NO_KEY = "no-key"  # the client requires one; the real key is put into requests as they are sent
_MAX_RETRYING_S = 60  # after this time nothing is tried again
_MAX_WAIT_S = 120.0
_MIN_TOKENS = 8  # a server that refuses fewer has another reason
_STEP = 0.94  # the share of a refused length that is tried next, and the precision of a limit
_MAX_GUIDED = 8  # guesses by the number that the server stated
_REFUSED = (400, 413, 422, 500)
_TOO_LARGE = 413


class EmbeddingRequests:
    """Sends texts to one model of a server, and learns from its refusals.

    `cut` is what a text is cut to for a number of tokens, and `count` is how many it has.
    """

    def __init__(
        self,
        context: ServerContext,
        limits: ServerLimits,
        cut: Callable[[str, int], str],
        count: Callable[[str], int],
        *,
        timeout_s: float,
        max_tries: int,
    ) -> None:
        self._context, self.limits = context, limits
        self._cut, self._count = cut, count
        self._timeout_s, self._max_tries = timeout_s, max_tries

    def with_patience(self, timeout_s: float, *, max_tries: int) -> EmbeddingRequests:
        """The same requests with another timeout and maximum of tries."""
        _ = self._client  # shared, so that the address is looked for once
        other = copy(self)
        other._timeout_s, other._max_tries = timeout_s, max_tries
        return other

    @property
    def base(self) -> str:
        """The address under which the server has the protocol, as far as it is known."""
        return self._http.route.found or self._http.route.base

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimensions) of the part of each text that the server reads.

        Raises errors of OpenAI's client, and those of `vectors_in`.
        """
        batches = self._batches(texts)
        if len(batches) > 1:
            return self._joined(batches)
        sent = self._read_of(texts)
        try:
            return self._send(sent)
        except Exception as error:
            smaller = self._smaller(error, texts, sent)
            if smaller is None:
                raise
        return self._joined(smaller)

    def _joined(self, batches: Sequence[Sequence[str]]) -> Vectors:
        found = [self.vectors(batch) for batch in batches]
        if len({vectors.shape[1] for vectors in found}) > 1:
            raise UnusableVectorsError("returned vectors of different lengths for texts of the same model")
        return np.concatenate(found)

    def _read_of(self, texts: Sequence[str]) -> list[str]:
        limit = self.limits.text_tokens
        return list(texts) if limit is None else [self._cut(text, limit) for text in texts]

    def _batches(self, texts: Sequence[str]) -> list[Sequence[str]]:
        """The texts in as many requests as the known limits require."""
        most, room = self.limits.batch_texts or len(texts), self.limits.batch_tokens
        if room is None:
            return [texts[i : i + most] for i in range(0, len(texts), most)]
        batches: list[list[str]] = []
        tokens = 0
        for text in texts:
            count = self._count(text)
            if not batches or len(batches[-1]) == most or tokens + count > room:
                batches.append([])
                tokens = 0
            batches[-1].append(text)
            tokens += count
        return list(batches)

    def _smaller(self, error: Exception, texts: Sequence[str], sent: Sequence[str]) -> list[Sequence[str]] | None:
        """The batches in which to send refused texts again; None where that would not help."""
        limit = _limit_of(error, len(texts))
        if limit is None:
            return None
        if limit.kind != "text tokens":
            self.limits.note_batch(limit, len(texts), sum(map(self._count, texts)))
            batches = self._batches(texts)
            return batches if len(batches) > 1 else _halves(texts)
        if self._read_of(texts) != sent:  # another thread has learned the limit meanwhile
            return [texts]
        if len(texts) > 1:
            return _halves(texts)
        found = self._longest_accepted(sent[0], limit)
        if found < _MIN_TOKENS:
            return None
        self.limits.text_tokens = found
        return [texts]

    def _longest_accepted(self, text: str, limit: Limit) -> int:
        """How many tokens of a refused text the server reads, as they are counted here, within a few per cent.

        The server counts otherwise. Where it says how many tokens the text has, the ratio is known and the first guess
        is right; where its number turns out to be something else, the interval is halved.
        """
        refused, accepted = self._count(text), 0
        guess, guided = _first_guess(refused, limit), _MAX_GUIDED if limit.maximum else 0
        while accepted < int(refused * _STEP) and refused >= _MIN_TOKENS:
            guess = max(min(guess, int(refused * _STEP)), accepted + 1)
            if self._accepts(self._cut(text, guess)):
                guided = 0 if accepted else guided
                accepted = guess
            else:
                refused = guess
            guided -= 1
            near = int(accepted / _STEP) + 1 if accepted else int(refused * _STEP)
            guess = near if guided > 0 else (accepted + refused) // 2
        return accepted

    def _accepts(self, text: str) -> bool:
        try:
            self._send([text])
        except Exception as error:
            if _limit_of(error, 1) is None:
                raise
            return False
        return True

    def _send(self, texts: Sequence[str]) -> Vectors:
        """One request, and again after a while, or without an option that the server rejects, where that may help."""
        import openai
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay

        retrying = Retrying(
            reraise=True,
            retry=retry_if_exception(_is_temporary),
            wait=_wait_s,
            sleep=interrupts.sleep,
            stop=stop_after_attempt(self._max_tries) | stop_after_delay(_MAX_RETRYING_S),
        )
        trial = self.limits.refused.trial({"encoding_format": "base64"})
        while True:
            try:
                found: Vectors = retrying(self._post, texts, trial.options)
            except openai.APIStatusError as error:
                if not trial.leave_out(error):
                    raise
            else:
                trial.settle()
                return found

    def _post(self, texts: Sequence[str], options: dict[str, str]) -> Vectors:
        import httpx

        body = {"input": list(texts), "model": self._context.model, **options}
        patience: Any = {"timeout": self._timeout_s}
        answer = loop.run(self._client.post("/embeddings", body=body, cast_to=httpx.Response, options=patience))
        return vectors_in(answer.json(), len(texts))

    @cached_property
    def _http(self) -> ServerClient:
        from rag_core.servers.http import ServerClient

        return ServerClient(Endpoint(self._context.base_url, self._context.model), self._context.key, self._timeout_s)

    @cached_property
    def _client(self) -> openai.AsyncOpenAI:
        import openai

        return openai.AsyncOpenAI(
            api_key=_NO_KEY, base_url=self._http.route.base, max_retries=0, http_client=self._http
        )


def _first_guess(tokens: int, limit: Limit) -> int:
    """The limit in the tokens that are counted here, of a text that has so many; half of them if it is unknown."""
    if limit.maximum is None:
        return tokens // 2
    return tokens * limit.maximum // limit.requested if limit.requested else limit.maximum


def _halves(texts: Sequence[str]) -> list[Sequence[str]]:
    middle = (len(texts) + 1) // 2
    return [texts[:middle], texts[middle:]]


def _status_of(error: BaseException) -> int:
    import openai

    return error.status_code if isinstance(error, openai.APIStatusError) else 0


def _message_of(error: BaseException) -> str:
    import openai

    return message_of_text(error.response.text) if isinstance(error, openai.APIStatusError) else ""


def _limit_of(error: BaseException, texts: int) -> Limit | None:
    """The limit that a refusal is about; None where it is about something else."""
    if _status_of(error) not in _REFUSED:
        return None
    found = limit_in(_message_of(error), texts)
    if found is None and _status_of(error) == _TOO_LARGE:
        return Limit("texts" if texts > 1 else "text tokens")
    return found


def _is_temporary(error: BaseException) -> bool:
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code == 429 or (error.status_code >= 500 and _limit_of(error, 2) is None)
    return isinstance(error, openai.APIConnectionError)


def _wait_s(state: RetryCallState) -> float:
    """As long as the server asks for, else longer each time."""
    import openai
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    asked = retry_after_s(error.response.headers) if isinstance(error, openai.APIStatusError) else None
    return wait_random_exponential(min=1, max=20)(state) if asked is None else min(asked, _MAX_WAIT_S)
