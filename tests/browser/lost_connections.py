"""A connection that is lost for a while: the browser's socket closes, and new ones fail until it is back."""

from __future__ import annotations

from playwright.sync_api import Page

_FRAGILE_SOCKET = """
(() => {
  const Native = window.WebSocket;
  const open = [];
  window.connection = {
    lost: false,
    lose() { this.lost = true; open.forEach((socket) => socket.close()); },
    restore() { this.lost = false; },
  };
  window.WebSocket = class extends Native {
    constructor(address, ...rest) {
      super(window.connection.lost ? `${address}/lost` : address, ...rest);
      open.push(this);
    }
  };
})()
"""


def can_be_lost(page: Page) -> None:
    """From the next page load on, `lose` and `restore` work."""
    page.add_init_script(_FRAGILE_SOCKET)


def lose(page: Page) -> None:
    page.evaluate("connection.lose()")


def restore(page: Page) -> None:
    page.evaluate("connection.restore()")
