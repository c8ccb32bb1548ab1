"""Drags a slider as a person does, and records what follows by the clock of the page."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Locator

from tests.browser.app_window import App

# Runs in the page before its own scripts. Times are the page's milliseconds: `painted` is when the frame with the last
# change is out, `columns` the same for the changes that a person waits for, in the columns' captions, answers and hits
# and in the ribbon.
WATCH = """(() => {
  const COLUMNS = "[class*=st-key-body], .st-key-ribbon, :has(> .cs-short)";
  const size = data => data.byteLength ?? data.size ?? data.length;
  const seen = window.seen = {};
  const begin = release => Object.assign(seen, {release, sent: [], received: [], painted: release, columns: release});
  begin(0);
  addEventListener("pointerup", event => begin(event.timeStamp), {capture: true});
  window.WebSocket = class extends window.WebSocket {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", event => seen.received.push([performance.now(), size(event.data)]));
    }
    send(data) { seen.sent.push(performance.now()); super.send(data); }
  };
  const whenPainted = action => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => action(performance.now());
    channel.port2.postMessage(null);
  });
  const element = node => node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  new MutationObserver(records => {
    const columns = records.some(record => element(record.target)?.closest(COLUMNS));
    whenPainted(now => Object.assign(seen, columns ? {painted: now, columns: now} : {painted: now}));
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
})()"""
_STANDS_STILL = """() => document.querySelector('[data-test-script-state="notRunning"]') && seen.received.length > 2
  && performance.now() - Math.max(seen.painted, seen.received.at(-1)[0]) > 400"""
_SEEN = "() => ({...seen, origin: performance.timeOrigin})"
_STEPS, _STEP_S = 8, 0.02


def new_sizes(app: App) -> Iterator[float]:
    """The unused sizes of the first column's slider, as shares of its track, shuffled with a fixed seed.

    The smallest size is left out, since it is invalid with the overlap of the presets.
    """
    slider = app.column(0).get_by_test_id("stSlider").locator("input").first
    last = int(slider.get_attribute("max") or 0)
    places = [place for place in range(1, last + 1) if place != int(slider.input_value())]
    random.Random(0).shuffle(places)
    return (place / last for place in places)


def moved(app: App, column: int, share: float) -> dict[str, Any]:
    """Move the column's slider, wait until the page is idle, and return what it recorded since the release."""
    size = _drag(app, app.column(column).get_by_test_id("stSlider").first, share)
    app.page.wait_for_function(_STANDS_STILL)
    caption = app.column(column).locator(".cs-short").inner_text()
    seen: dict[str, Any] = app.page.evaluate(_SEEN)
    if f" {size}/" not in caption or seen["columns"] == seen["release"]:
        raise RuntimeError(f"The slider was moved to {size}, but the column shows {caption!r}.")
    return seen


def _drag(app: App, slider: Locator, share: float) -> str:
    """Drag the slider to a share of its track, and return the size that it then shows."""
    slider.scroll_into_view_if_needed()
    value = slider.get_by_test_id("stSliderThumbValue")
    thumb, track = _box(value.locator("..")), _box(value.locator("../.."))
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    way = track["x"] + share * track["width"] - x
    app.page.mouse.move(x, y)
    app.page.mouse.down()
    for step in range(1, _STEPS + 1):
        app.page.mouse.move(x + way * step / _STEPS, y)
        time.sleep(_STEP_S)
    app.page.mouse.up()
    return value.inner_text().replace(",", "")


def _box(locator: Locator) -> Any:
    return locator.bounding_box()
