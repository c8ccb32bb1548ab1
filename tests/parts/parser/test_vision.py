"""The parser `vision`: what is sent, what it costs, what comes back, and every way in which a page may fail."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from rag_core import open_document, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.parts.parser import get_parser
from rag_core.parts.parser.offer import Offer, PagesUnread
from rag_core.parts.parser.vision import PROMPT, Vision
from rag_core.pipeline.long_reading import offer_of, read_now, start_reading
from rag_core.pipeline.reading_job import PageReading
from rag_core.pipeline.rereading import reread
from rag_core.servers.credentials import OPENAI_URL
from rag_core.stages.resources import ParserResources
from rag_core.stages.source import Source
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_server.chat_vision import pages_with_bars, picture_of
from tests.waiting import wait_until

KEY = "sk-vision-secret"
PDF = pages_with_bars(3)
Reading = Callable[..., PageReading]


def text_of(document: Document, number: int) -> str:
    page = next(page for page in document.pages if page.number == number)
    return document.text[page.start : page.end]


@pytest.fixture
def printed() -> Document:
    return open_document(PDF, name="a.pdf")


@pytest.fixture
def reading(hostile: OpenAIServer, tmp_path: Path, printed: Document) -> Reading:
    """A reading of three pages by a model of the fake server."""

    def make(model: str = "sees", folder: str = "cache", **fields: object) -> PageReading:
        llm = llm_of(LlmChoice("openai-like", model, hostile.base_url, timeout_s=2.0), KEY)
        cache = ArrayCache(tmp_path / folder, 10**8)
        return PageReading(Vision(**fields), Source.of(printed), ParserResources(llm, cache))  # type: ignore[arg-type]

    return make


def document_of(one: PageReading, printed: Document) -> Document:
    return reread(printed, one.parser, one.resources)  # type: ignore[arg-type]


def asked_offer(one: PageReading) -> Offer:
    offer = offer_of(one)
    assert offer is not None
    return offer


def test_nothing_is_sent_before_it_is_wanted(reading: Reading, hostile: OpenAIServer, printed: Document) -> None:
    one = reading()
    offer = asked_offer(one)
    assert (offer.pages, offer.total, offer.obstacle) == ((1, 2, 3), 3, "")
    assert "Pictures of 3 of 3 pages, 1,280 pixels wide, would be sent to sees at 127.0.0.1" in offer.sentence
    assert "how many tokens a picture has for this model, and so the cost, is unknown" in offer.sentence
    with pytest.raises(PagesUnread, match="--yes"):
        document_of(one, printed)
    assert hostile.requests == []


def test_pages_are_sent_as_pictures_and_come_back_as_markdown(
    reading: Reading, hostile: OpenAIServer, printed: Document
) -> None:
    hostile.replies = {
        "1": "Sure! Here's the page in Markdown:\n\n```markdown\n# One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n```"
    }
    one = reading(width_px=800)
    read_now(one)
    document = document_of(one, printed)
    assert [text_of(document, number) for number in (1, 2)] == [
        "# One\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "# Page 2\n\nSeen by a model.",
    ]
    assert (document.parser, document.format, document.source_id) == ("vision", "pdf", printed.source_id)
    assert [left.text for left in document.left_out] == ["Sure! Here's the page in Markdown:"]
    assert {block.kind for block in document.blocks} == {"heading", "table"}
    request = hostile.requests[0].body
    picture, text = request["messages"][0]["content"]
    assert text == {"type": "text", "text": PROMPT}
    assert picture["image_url"]["detail"] == "high"
    assert request["max_tokens"] == 4096
    width, height = Image.open(io.BytesIO(picture_of(hostile.requests[0]))).size
    assert (width, height) == (pytest.approx(800, abs=1), pytest.approx(1132, abs=2))


def test_pages_are_read_once_whatever_maximum_and_selection(
    reading: Reading, hostile: OpenAIServer, printed: Document
) -> None:
    read_now(reading(pages="2"))
    assert len(hostile.requests) == 1
    only = document_of(reading(pages="2"), printed)
    assert [text_of(only, number) for number in (1, 2, 3)] == ["", "# Page 2\n\nSeen by a model.", ""]
    assert only.notices == ("Pages 1, 3 have no transcript: nothing of them is in the text.",)
    assert asked_offer(reading()).pages == (1, 3)
    read_now(reading(page_tokens=512))
    assert len(hostile.requests) == 3
    assert offer_of(reading()) is None
    assert asked_offer(reading(prompt="Read it.")).pages == (1, 2, 3)
    assert asked_offer(reading(width_px=900)).pages == (1, 2, 3)
    assert asked_offer(reading("sees-uncounted")).pages == (1, 2, 3)


def test_stopped_reading_goes_on_where_it_was(reading: Reading, hostile: OpenAIServer, printed: Document) -> None:
    job = start_reading(reading("sees-hang:3"))
    wait_until(lambda: job.done == 2)
    job.stop()
    wait_until(lambda: hostile.record.at_once == 0)
    assert asked_offer(reading("sees-hang:3")).pages == (3,)


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        (
            "sees-400:2",
            r"page 2: .*Failed to load image\. It did not take the picture of the page: choose a model that",
        ),
        (
            "sees-length:2",
            r"page 2: The transcript was cut after 4,096 tokens, and is not used: raise parser.page_tokens",
        ),
    ],
)
def test_a_page_that_fails_is_said_and_costs_no_other(reading: Reading, model: str, problem: str) -> None:
    with pytest.raises(UserError, match=rf"1 of 3 pages could not be read, the first is {problem}"):
        read_now(reading(model))
    assert asked_offer(reading(model)).pages == (2,)


@pytest.mark.parametrize(("model", "problem"), [("sees-cut:2", "connection .* was lost"), ("sees-hang:2", "timed out")])
def test_a_lost_connection_is_retried_and_then_said(
    reading: Reading, hostile: OpenAIServer, model: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_core.llms.retrying._backoff", lambda _: 0.0)
    monkeypatch.setattr("rag_core.llms.retrying.MAX_ATTEMPTS", 2)
    llm_timeout = reading(model)
    with pytest.raises(UserError, match=rf"page 2: .*{problem}"):
        read_now(llm_timeout)
    assert len(hostile.requests) > 3
    assert asked_offer(reading(model)).pages == (2,)


def test_a_busy_server_is_asked_again(reading: Reading, hostile: OpenAIServer) -> None:
    read_now(reading("sees-429:2"))
    assert len(hostile.requests) == 4
    assert offer_of(reading("sees-429:2")) is None


def test_a_refusal_is_asked_again_and_then_said_in_the_document(
    reading: Reading, hostile: OpenAIServer, printed: Document
) -> None:
    one = reading("sees-refuses:2")
    read_now(one)
    assert len(hostile.requests) == 4
    document = document_of(one, printed)
    assert [text_of(document, number) for number in (1, 2)] == ["# Page 1\n\nSeen by a model.", ""]
    assert document.notices[0].startswith("Page 2 was not read: in place of a transcript, the model refused")
    once = reading("sees-refuses-once:2")
    read_now(once)
    assert document_of(once, printed).notices == ()


@pytest.mark.parametrize("model", ["blind", "blind-llama"])
def test_a_model_that_cannot_see_ends_the_job(reading: Reading, hostile: OpenAIServer, model: str) -> None:
    many = reading(model)
    with pytest.raises(UserError, match=r"It did not take the picture of the page: choose a model that sees images"):
        read_now(many)
    assert len(hostile.requests) == 3
    assert asked_offer(many).pages == (1, 2, 3)


def test_a_model_that_ignores_pictures_is_not_believed(reading: Reading, printed: Document) -> None:
    with pytest.raises(UserError, match="counts 130 tokens in the prompt, no more than its text has"):
        read_now(reading("blind-invents"))
    assert len(asked_offer(reading("blind-invents")).pages) == 3


def test_without_a_model_nothing_is_read_and_it_is_said(printed: Document, tmp_path: Path) -> None:
    resources = ParserResources(None, ArrayCache(tmp_path, 10**7))
    with pytest.raises(PagesUnread, match="No language model is chosen: choose one that sees images"):
        reread(printed, Vision(), resources)
    with pytest.raises(UserError, match="No language model is chosen"):
        start_reading(PageReading(Vision(), Source.of(printed), resources))


def test_a_strategy_may_name_the_model(reading: Reading) -> None:
    with pytest.raises(UserError, match=r"names the model 'gpt-4o', and sees at 127\.0\.0\.1"):
        start_reading(reading()._replace(parser=Vision(model="gpt-4o")))
    read_now(reading()._replace(parser=Vision(model="sees")))


def test_no_key_is_in_what_is_stored(reading: Reading, tmp_path: Path) -> None:
    one = reading()
    read_now(one)
    stored = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"Seen by a model" in data for data in stored)
    assert not any(KEY.encode() in data for data in stored)
    strategy = preset("baseline").model_copy(update={"parser": one.parser})
    assert KEY not in strategy.model_dump_json()


@pytest.mark.parametrize(
    ("pages", "found"), [("", (1, 2, 3)), ("1-2", (1, 2)), ("2, 3", (2, 3)), (" 1 ", (1,)), ("2-99", (2, 3))]
)
def test_pages_are_chosen_by_ranges(pages: str, found: tuple[int, ...]) -> None:
    assert Vision(pages=pages).page_numbers(Source(PDF, "a.pdf")) == found


def test_ranges_that_are_none_are_refused() -> None:
    with pytest.raises(UserError, match=r"has 3 pages, and none of them is in parser\.pages=7-9"):
        Vision(pages="7-9").page_numbers(Source(PDF, "a.pdf"))
    with pytest.raises(UserError, match=r"parser\.pages"):
        preset("baseline:parser.kind=vision,parser.pages=first")


def test_the_cost_is_known_of_models_whose_rule_and_price_are(tmp_path: Path, printed: Document) -> None:
    llm: ChatModel = llm_of(LlmChoice("openai", "gpt-4o", OPENAI_URL), KEY)
    one = PageReading(Vision(), Source.of(printed), ParserResources(llm, ArrayCache(tmp_path, 10**7)))
    sentence = asked_offer(one).sentence
    # A4 at 768 pixels wide is 1,086 high: two tiles by three.
    read = 3 * (85 + 6 * 170 + llm.count_tokens(PROMPT))
    assert f"about {read:,} tokens read and 2,700 written (a guess of 900 a page)" in sentence
    assert f"about ${(read * 2.5 + 2700 * 10) / 1e6:.2f} by the prices of 2026-11-25" in sentence


def test_real_replies_become_the_two_pages(
    reading: Reading, hostile: OpenAIServer, printed: Document, shared_data: Path
) -> None:
    names = {"1": "page_23.md", "2": "page_24.md"}
    hostile.replies = {page: (shared_data / "vision" / name).read_text("utf-8") for page, name in names.items()}
    one = reading(pages="1-2")
    read_now(one)
    document = document_of(one, printed)
    assert "| 7B            | 25.95     | 14.83     |" in text_of(document, 1)
    assert text_of(document, 2).startswith("## 4.2.2 Safety Supervised Fine-Tuning")
    assert text_of(document, 2).endswith("described in Section 3.2.2 for")
    stored = json.loads(one.results.get(2) or "")
    assert stored["text"] == hostile.replies["2"]
    assert stored["prompt_tokens"] == 1000


@pytest.mark.parametrize("prompt", ["Read, please", 'Say "yes" = no', "two\nlines", "1", " ", "\\", "é漢"])
def test_a_parser_is_named_with_its_fields(prompt: str) -> None:
    parser = Vision(prompt=prompt, pages="1-3, 7", width_px=900)
    assert get_parser(parser.named()) == parser
    assert get_parser("vision:pages=1-3+7") == Vision(pages="1-3, 7")
    with pytest.raises(UserError, match="is not a JSON string"):
        get_parser('vision:prompt="open')
