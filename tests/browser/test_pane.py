"""The pane with the pages: everything that was found is marked on them, and each leads to the other."""

from __future__ import annotations

import re

import pytest
from app_window import PHONE, App, Upload
from playwright.sync_api import Locator, expect

from tests.documents.pdf_maker import pages_pdf, prose_lines

pytestmark = pytest.mark.browser
MILL = "A tide mill is driven by the ebb. It grinds when the sea has fallen below the level of the mill pond."
WINDMILL = "A windmill turns its cap into the wind. Its sails are set with canvas, and taken in before a storm."
WATERMILL = "A water mill stands by a stream. Its wheel grinds whenever the stream carries enough water."
QUESTION = "When does a tide mill grind?"
SPECS = ("baseline:chunker.chunk_tokens=32", "chunk_references:chunker.chunk_tokens=96,reference.child_tokens=32")
FILLER = [prose_lines(f"Chapter {n} is about bread, and says nothing else that matters here.") for n in range(40)]
PDF = pages_pdf(prose_lines(WINDMILL), *FILLER[:20], prose_lines(MILL), *FILLER[20:], prose_lines(WATERMILL))
MILL_PAGE = 22


@pytest.fixture
def mills(app: App) -> App:
    app.open(*SPECS, q=QUESTION, doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("mills.pdf", PDF))
    app.expect_results(len(SPECS))
    return app


def pane(app: App) -> Locator:
    return app.page.get_by_role("region", name="On the page")


def page_number(app: App) -> Locator:
    return pane(app).get_by_role("textbox", name="Page")


def marks(app: App, key: str, kind: str = "hit") -> Locator:
    return pane(app).locator(f".cs-pm-{kind}[data-key='{key}'] > .cs-tint")


def is_over_ink(app: App, mark: Locator) -> bool:
    """Whether the picture of the page is dark somewhere under the mark, and nowhere just above it."""
    return mark.evaluate(
        """path => {
          const figure = path.closest(".cs-page"), picture = figure.querySelector("img")
          const canvas = document.createElement("canvas")
          Object.assign(canvas, {width: picture.naturalWidth, height: picture.naturalHeight})
          const drawing = canvas.getContext("2d")
          drawing.drawImage(picture, 0, 0)
          const [paper, box] = [figure.getBoundingClientRect(), path.getBoundingClientRect()]
          const scale = picture.naturalWidth / paper.width
          const dark = (top, height) => {
            const edges = [box.left - paper.left, top - paper.top, box.width, height]
            const {data} = drawing.getImageData(...edges.map(edge => edge * scale))
            return data.some((value, i) => i % 4 === 0 && value < 100)
          }
          return dark(box.top, box.height) && !dark(box.top - box.height, box.height * 0.9)
        }"""
    )


def test_a_hit_is_marked_on_its_page_and_leads_back_to_its_card(mills: App) -> None:
    best = mills.hits(0).first
    expect(best.locator(".cs-badge")).to_have_text(f"p {MILL_PAGE}")
    expect(pane(mills)).to_be_hidden()
    best.locator(".cs-badge").click()
    expect(page_number(mills)).to_have_value(str(MILL_PAGE))
    mark = marks(mills, "0-1")
    expect(mark).to_be_in_viewport()
    expect(pane(mills).locator(f".cs-page[data-page='{MILL_PAGE}'] img")).to_be_visible()
    assert is_over_ink(mills, mark)
    expect(marks(mills, "1-1", "match")).to_be_in_viewport()
    mills.wait_for_address("at", f"1-{MILL_PAGE}-fit")
    # Several hits lie there: each click leads to another one.
    flashed = set()
    for _ in range(2):
        box = marks(mills, "0-1").bounding_box()
        mills.page.mouse.click(box["x"] + 30, box["y"] + 5)
        card = mills.page.locator(".cs-hit.cs-flash").last
        expect(card).to_be_in_viewport()
        flashed |= {one.get_attribute("id") for one in mills.page.locator(".cs-hit.cs-flash").all()}
    assert {"hit-0-1", "hit-1-1"} <= flashed
    mills.page.keyboard.press("Escape")
    expect(pane(mills)).to_be_hidden()
    mills.wait_for_address("at")


def test_marks_of_the_ribbon_citations_and_keys_lead_to_pages(mills: App) -> None:
    mills.page.get_by_role("button", name="On the page").click()
    expect(page_number(mills)).to_have_value(str(MILL_PAGE))
    other = mills.hits(0).nth(1)
    number = re.sub(r"\D", "", other.locator(".cs-badge").inner_text())
    mills.page.locator(".cs-mark[href='#hit-0-2']").click()
    expect(page_number(mills)).to_have_value(number)
    expect(marks(mills, "0-2")).to_be_in_viewport()
    mills.page.locator(".st-key-body0 .cs-cite").first.click()
    expect(page_number(mills)).to_have_value(str(MILL_PAGE))
    expect(pane(mills).locator(".cs-pm-citation.cs-current > .cs-tint").first).to_be_in_viewport()
    other.click(position={"x": 5, "y": 5})
    expect(page_number(mills)).to_have_value(number)
    count = mills.page.locator(".cs-hit").count()
    where = pane(mills).locator(".cs-pane-hit")
    seen = [where.inner_text()]
    for key in ["n", "ArrowRight", "p", "ArrowLeft"]:
        mills.page.keyboard.press(key)
        expect(where).not_to_have_text(seen[-1])
        seen.append(where.inner_text())
        expect(pane(mills).locator(".cs-pm-hit.cs-current > .cs-tint").first).to_be_in_viewport()
    first = int(seen[0].split()[1])
    assert seen == [f"hit {(first - 1 + step) % count + 1} of {count}" for step in (0, 1, 2, 1, 0)]
    pane(mills).get_by_role("slider").locator("[data-key='0-1']").first.click()
    expect(page_number(mills)).to_have_value(str(MILL_PAGE))
    page_number(mills).fill("40")
    page_number(mills).press("Enter")
    expect(pane(mills).locator(".cs-page[data-page='40'] img")).to_be_in_viewport()


def test_zoom_fetches_a_sharper_picture_and_a_link_restores_the_view(mills: App) -> None:
    mills.hits(0).first.get_by_role("link", name="Show on the page").click()
    picture = pane(mills).locator(f".cs-page[data-page='{MILL_PAGE}'] img")
    expect(picture).to_be_visible()
    before = picture.evaluate("image => image.naturalWidth")
    pane(mills).get_by_role("combobox", name="Zoom").select_option("200")
    mills.page.wait_for_function(
        "([page, before]) => document.querySelector(`.cs-page[data-page='${page}'] img`)?.naturalWidth > before",
        arg=[MILL_PAGE, before],
    )
    assert picture.evaluate("image => image.naturalWidth >= image.clientWidth")
    expect(marks(mills, "0-1")).to_be_in_viewport()
    mills.wait_for_address("at", f"1-{MILL_PAGE}-200")
    mills.page.reload()
    expect(page_number(mills)).to_have_value(str(MILL_PAGE))
    expect(pane(mills).get_by_role("combobox", name="Zoom")).to_have_value("200")


def test_columns_beside_the_pane_scroll_and_its_edge_moves(app: App) -> None:
    page = app.page
    page.set_viewport_size({"width": 1280, "height": 800})
    app.open(*SPECS, *SPECS, q=QUESTION, doc=f"{'0' * 16}-none.txt")
    app.upload(Upload("mills.pdf", PDF))
    app.expect_results(2 * len(SPECS))
    page.get_by_role("button", name="On the page").click()
    left = pane(app).bounding_box()["x"]  # type: ignore[index]  # it is drawn
    bar, last = page.locator(".cs-pane-across"), page.locator(".stColumn").last
    expect(bar).to_be_visible()
    assert last.evaluate("column => column.getBoundingClientRect().right") > left
    bar.evaluate("bar => bar.scrollLeft = bar.scrollWidth")
    page.wait_for_function(
        "left => [...document.querySelectorAll('.stColumn')].at(-1).getBoundingClientRect().right <= left", arg=left
    )
    page.get_by_role("separator", name="Width of the pane").press("ArrowRight")
    page.wait_for_function(
        "left => document.querySelector('.cs-pane-panel').getBoundingClientRect().left > left + 20", arg=left
    )
    expect(pane(app).get_by_role("separator")).to_have_attribute("aria-valuenow", re.compile(r"\d\d"))
    left = pane(app).bounding_box()["x"]  # type: ignore[index]
    page.wait_for_url(re.compile("[?&]at=1"))
    page.reload()
    expect(pane(app)).to_be_visible()
    assert pane(app).bounding_box()["x"] == pytest.approx(left, abs=2), "the browser remembers the width"  # type: ignore[index]
    page.get_by_role("separator", name="Width of the pane").dblclick()
    assert pane(app).bounding_box()["x"] < left - 20  # type: ignore[index]
    page.set_viewport_size({"width": 2400, "height": 900})
    expect(bar).to_be_hidden()


def test_two_documents_on_a_phone(app: App) -> None:
    app.page.set_viewport_size(PHONE)
    app.open(f"{SPECS[0]},budget.hits=3", q=QUESTION, doc=f"{'0' * 16}-none.txt")
    files = [Upload("wind.pdf", pages_pdf(prose_lines(WINDMILL))), Upload("tide.pdf", pages_pdf(prose_lines(MILL)))]
    app.upload(*files, Upload("plain.txt", WATERMILL.encode()))
    app.expect_results(1)
    titles = {hit.get_attribute("id"): hit.locator(".cs-badge").inner_text() for hit in app.hits(0).all()}
    tide, wind = (next(i for i, title in titles.items() if name in title) for name in ("tide", "wind"))
    plain = next(i for i, title in titles.items() if "plain" in title)
    expect(app.page.locator(f"#{plain} .cs-goto")).to_have_count(0)
    app.page.locator(f"#{tide} .cs-goto").click()
    chooser = pane(app).get_by_role("combobox", name="Document")
    expect(chooser.locator("option:checked")).to_have_text("tide.pdf")
    expect(marks(app, tide.replace("hit-", ""))).to_be_in_viewport()
    assert pane(app).bounding_box()["width"] == PHONE["width"]
    chooser.select_option("wind.pdf")
    expect(marks(app, wind.replace("hit-", ""))).to_be_in_viewport()
