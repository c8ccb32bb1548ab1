"""Chat models that see: they tell pages apart by a black bar, and answer with what is recorded for the page.

`pages_with_bars` draws such pages: as many twentieths of the page are black as its number says.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tests.documents.pdf_maker import A4, canvas_pdf
from tests.fakes.openai_server.chat_answers import well
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.record import Noted
from tests.fakes.openai_server.registry import chat

IMAGE_TOKENS = 1000
BARS = 20  # pages that can be told apart


def pages_with_bars(count: int) -> bytes:
    """A PDF of pages that the models tell apart; each has a letter of text too."""

    def draw(canvas: Canvas) -> None:
        for number in range(1, count + 1):
            canvas.rect(0, 0, A4[0], A4[1] * number / BARS, stroke=0, fill=1)
            canvas.drawString(72, A4[1] - 30, "x")
            canvas.showPage()

    return canvas_pdf(draw)


def picture_of(noted: Noted) -> bytes:
    """The JPEG that was sent; raises IndexError where there is none."""
    content = noted.body["messages"][0]["content"]
    [url] = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    return base64.b64decode(url.removeprefix("data:image/jpeg;base64,"), validate=True)


def page_seen(to: Exchange) -> int:
    """The number of the page in the picture."""
    import numpy as np
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(picture_of(to.noted))).convert("L"))
    return round(float((pixels < 128).mean()) * BARS)


def say(to: Exchange, text: str, reason: str = "stop") -> None:
    """Answer line by line, and count the picture's tokens."""
    to.begin()
    for line in text.splitlines(keepends=True):
        to.event({"content": line})
    to.conclude(reason, prompt_tokens=IMAGE_TOKENS)


def recorded(to: Exchange, page: int) -> str:
    return to.server.replies.get(str(page), f"# Page {page}\n\nSeen by a model.")


@chat("sees", "Writes down the page in the picture, as it is recorded; answers well where there is none.")
def _sees(to: Exchange) -> None:
    if isinstance(to.noted.body["messages"][0]["content"], str):
        well(to)
    else:
        say(to, recorded(to, page_seen(to)))


def _sees_but(name: str, what: str, otherwise: Callable[[Exchange, int], Any]) -> None:
    """A model that sees, but for the page in its name: `NAME:2`."""

    @chat(name, f"Sees, but for page 1, `{name}:2` for page 2: {what}.")
    def _answer(to: Exchange, page: float = 1) -> None:
        seen = page_seen(to)
        if seen == page:
            otherwise(to, seen)
        else:
            say(to, recorded(to, seen))


def _cut_off(to: Exchange, page: int) -> None:
    to.begin()
    to.event({"content": recorded(to, page)[:8]})
    to.close_connection = True


def _busy_once(to: Exchange, page: int) -> None:
    if to.before:
        say(to, recorded(to, page))
    else:
        to.refuse(429, "Slow down", Retry_After="0")


def _refuses_once(to: Exchange, page: int) -> None:
    say(to, recorded(to, page) if to.before else "I'm sorry, I can't assist with that.")


_sees_but("sees-429", "429 the first time", _busy_once)
_sees_but("sees-400", "400 for a picture that it cannot decode", lambda to, _: to.refuse(400, "Failed to load image"))
_sees_but("sees-length", "its maximum of tokens is reached", lambda to, page: say(to, recorded(to, page)[:8], "length"))
_sees_but("sees-cut", "the connection is lost", _cut_off)
_sees_but("sees-refuses", "it refuses", lambda to, _: say(to, "I'm sorry, but I can't help with that request."))
_sees_but("sees-refuses-once", "it refuses the first time", _refuses_once)
_sees_but("sees-hang", "it never answers", lambda to, _: to.wait(300))


@chat("blind", "400: this model takes no images.")
def _blind(to: Exchange) -> None:
    to.refuse(400, "This model does not support image input.")


@chat("blind-llama", "500 as llama.cpp says it of a model without a projector.")
def _blind_llama(to: Exchange) -> None:
    to.refuse(500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj")


@chat("blind-invents", "Answers as if it had seen the picture, and counts the text's tokens only.")
def _blind_invents(to: Exchange) -> None:
    to.begin()
    to.words("A page that nobody has seen.")
    to.conclude(prompt_tokens=130)


@chat("sees-uncounted", "Writes down the page, and counts no tokens.")
def _uncounted(to: Exchange) -> None:
    well(to, recorded(to, page_seen(to)))
