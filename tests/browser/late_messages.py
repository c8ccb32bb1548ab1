"""A slow connection: each message between browser and server arrives late, and none overtakes another."""

from __future__ import annotations

from playwright.sync_api import Page

# Streamlit's socket, of which it uses `send`, `binaryType` and the event handlers below.
_LATE_SOCKET = """
(([minMs, maxMs]) => {
  const inOrder = () => {
    const waiting = [];
    let due = 0;
    return (deliver) => {
      waiting.push(deliver);
      due = Math.max(due, performance.now() + minMs + Math.random() * (maxMs - minMs));
      setTimeout(() => waiting.shift()(), due - performance.now());
    };
  };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    #leave = inOrder();
    #arrive = inOrder();
    constructor(...options) {
      super(...options);
      super.addEventListener("message", (event) => {
        if (event.late) return;
        event.stopImmediatePropagation();
        const again = new MessageEvent("message", { data: event.data, origin: event.origin });
        again.late = true;
        this.#arrive(() => this.dispatchEvent(again));
      });
    }
    send(data) {
      this.#leave(() => super.send(data));
    }
  };
})
"""


def be_late(page: Page, min_s: float, max_s: float) -> None:
    """From the next page load on, messages take from `min_s` to `max_s` in each direction."""
    page.add_init_script(f"({_LATE_SOCKET.strip()})([{1000 * min_s}, {1000 * max_s}])")
