"""Wide and narrow, light and dark: nothing is cut off, nothing overlaps, nothing jumps, everything can be reached."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from app_window import DESKTOP, PHONE, QUESTION, App
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
# Ellipses are meant in entries, badges and the narrow status line, which say the whole in their titles or below.
_CUT_OFF = """() => [...document.querySelectorAll(
    '.cs-wordmark, .cs-title, .cs-num, .cs-short, .cs-label, .cs-status, .cs-score, .cs-rank, .cs-shared, .cs-answer p,'
    + '.stButton button, .stDownloadButton button, .stPopover button, [role=tab], [role=radio]')]
  .filter(e => e.checkVisibility() && (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
    || e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.st-key-suggestions')))
  .map(e => e.className + ': ' + e.innerText)"""
_BOXES = """selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility())
  .map(e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] })"""
# WCAG 2.2, contrast of text with the nearest background that is not transparent.
_TOO_FAINT = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1
  const context = canvas.getContext('2d', {willReadFrequently: true})
  const over = (colours) => {
    context.clearRect(0, 0, 1, 1)
    for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1) }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const luminance = (rgb) => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const found = new Set()
  // Icons, and values that stand above a slider's thumb, not on it.
  const beside = '[data-testid=stIconMaterial], [data-testid=stSliderThumbValue]'
  const walker = document.createTreeWalker(document.querySelector('.stMain'), NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})
        || element.closest('style, script, template, [disabled], .cs-symbol, ' + beside)) continue
    const box = element.getBoundingClientRect()
    if (box.width < 2 || box.height < 2) continue
    const grounds = []
    for (let e = element; e; e = e.parentElement) grounds.unshift(getComputedStyle(e).backgroundColor)
    const ground = over(grounds), text = over([...grounds, getComputedStyle(element).color])
    const [light, dark] = [luminance(ground), luminance(text)].sort((a, b) => b - a)
    const ratio = (light + 0.05) / (dark + 0.05)
    const words = walker.currentNode.data.trim().slice(0, 40)
    if (ratio < 4.5) found.add(`${ratio.toFixed(2)} ${element.className}: ${words}`)
  }
  return [...found]
}"""
# The name of what has the focus, and whether a ring or a border in the theme's colour shows it.
_FOCUSED = """() => {
  const focused = document.activeElement
  if (['BODY', 'MAIN'].includes(focused.tagName)) return ['', true]
  const drawn = [focused, ...focused.children]
  for (let e = focused; e && !e.matches('.stElementContainer'); e = e.parentElement) drawn.push(e)
  const shown = drawn.map(e => getComputedStyle(e)).some(style => style.boxShadow !== 'none'
    || style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.borderColor === 'rgb(11, 110, 143)')
  const name = focused.getAttribute('aria-label') || focused.innerText || focused.className
  return [`${name.replace(/\\s+/g, ' ').slice(0, 60)} <${focused.tagName.toLowerCase()}>`, shown]
}"""


def boxes(app: App, selector: str) -> list[list[float]]:
    return app.page.evaluate(_BOXES, selector)


def overlapping(found: list[list[float]]) -> list[tuple[list[float], list[float]]]:
    return [
        (a, b)
        for a, b in combinations(found, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 1
    ]


def scrolls_sideways(app: App) -> bool:
    return app.page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


@SCHEMES
def test_a_wide_screen(new_app: Callable[..., App], server: object, scheme: str) -> None:
    app = new_app(server, DESKTOP, color_scheme=scheme)
    app.open_notes("baseline", "chunk_references:chunker.chunk_tokens=96", "metadata_references", "query_spans")
    assert app.page.evaluate(_CUT_OFF) == []
    assert app.page.evaluate(_TOO_FAINT) == []
    assert not scrolls_sideways(app)
    assert len(boxes(app, ".stColumn:has([class*=st-key-column])")) == 4
    for selector in (".stColumn:has([class*=st-key-column])", ".cs-title, .cs-lane, .cs-num", ".cs-hit", ".cs-tick"):
        assert overlapping(boxes(app, selector)) == []
    expect(app.page.locator(".st-key-phone_tabs")).to_be_hidden()


@SCHEMES
def test_a_phone_has_tabs_in_the_place_of_columns(new_app: Callable[..., App], server: object, scheme: str) -> None:
    app = new_app(server, PHONE, color_scheme=scheme)
    app.open_notes()
    assert app.page.evaluate(_CUT_OFF) == []
    assert app.page.evaluate(_TOO_FAINT) == []
    assert not scrolls_sideways(app)
    tabs = app.page.locator(".st-key-phone_tabs").get_by_role("radio")
    expect(tabs).to_have_count(2)
    expect(app.hits(0).first).to_be_visible()
    expect(app.hits(1).first).to_be_hidden()
    tabs.nth(1).click(force=True)
    expect(app.hits(1).first).to_be_visible()
    expect(app.hits(0).first).to_be_hidden()
    assert not scrolls_sideways(app)


def test_a_mark_on_a_phone_shows_its_hit_whatever_tab_is_open(new_app: Callable[..., App], server: object) -> None:
    app = new_app(server, PHONE)
    app.open_notes()
    app.page.locator(".cs-mark[href='#hit-1-1']").click()
    expect(app.hits(1).first).to_be_in_viewport()


def test_nothing_moves_while_results_arrive(app: App) -> None:
    app.open_notes()
    watched = "[class*=st-key-head], .cs-axis, .cs-lane, .st-key-shared, [class*=stSlider]"
    before = boxes(app, watched)
    app.page.evaluate(
        """selector => {
          window.moved = []
          const places = () => JSON.stringify([...document.querySelectorAll(selector)].map(e => {
            const r = e.getBoundingClientRect(); return [r.left, r.top].map(Math.round) }))
          let last = places()
          const watch = () => {
            if (places() !== last) window.moved.push(last, last = places())
            requestAnimationFrame(watch)
          }
          watch()
        }""",
        "[class*=st-key-head], .cs-axis, .cs-lane",
    )
    app.ask(f"{QUESTION} And why?")
    app.expect_results(2)
    assert app.page.evaluate("window.moved") == []
    assert [box[:2] for box in boxes(app, watched)] == [box[:2] for box in before]


def test_everything_is_reached_with_the_keyboard_and_shows_that_it_is(app: App) -> None:
    app.open_notes()
    app.page.add_style_tag(content="* { transition: none !important }")
    app.question.focus()
    reached: list[str] = []
    unseen: list[str] = []
    for _ in range(70):
        app.page.keyboard.press("Tab")
        name, shown = app.page.evaluate(_FOCUSED)
        reached.append(name)
        if not shown:
            unseen.append(name)
    everything = " ".join(reached)
    for name in ("Compare", "Tokenizer", "Chunk references", "Settings", "Column", "JSON", "CSV", "Code", "Link"):
        assert name in everything, everything
    assert any("<a>" in name for name in reached), everything
    assert unseen == []
