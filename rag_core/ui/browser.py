"""Opens the page in the user's browser when the server starts, which Streamlit does only for a plain script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from streamlit import cli_util, config
from streamlit.web.server import server_util


@asynccontextmanager
async def opened_browser(app: object) -> AsyncGenerator[None, None]:
    """While the server runs: open its address once it listens, unless it runs headless."""
    if not config.get_option("server.headless"):
        named, address = config.get_option("browser.serverAddress"), config.get_option("server.address")
        manually = named if config.is_manually_set("browser.serverAddress") else None
        url = server_util.get_url(manually or server_util.get_display_address(address or "localhost"))
        asyncio.get_running_loop().call_soon(cli_util.open_browser, url)
    yield
