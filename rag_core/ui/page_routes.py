"""Serves the pictures of pages: to a browser, they are files like any other, which it asks for when it shows them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config

from rag_core.documents.pictures import page_picture
from rag_core.errors import UserError
from rag_core.ui.shell.page_pictures import PICTURES, named_document

_HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Encoding": "identity",  # else it would be compressed once more
}


def page_routes() -> list[Route]:
    """The routes to add to the server's own."""
    base = config.get_option("server.baseUrlPath").strip("/")
    path = f"/{PICTURES}/{{name}}/{{number:int}}-{{width_px:int}}.jpg"
    return [Route(f"/{base}{path}" if base else path, _picture)]


def _picture(request: Request) -> Response:
    """A page's picture; of what cannot be drawn, the reason. Starlette calls it in a thread."""
    values = request.path_params
    document = named_document(values["name"])
    if document is None:
        return PlainTextResponse("This document is no longer open. Reload the page.", 404)
    try:
        picture = page_picture(document, values["number"], values["width_px"])
    except ValueError:
        return PlainTextResponse(f"There is no page {values['number']:,}.", 404)
    except UserError as error:
        return PlainTextResponse(str(error), 422)
    return Response(picture.data, headers=_HEADERS, media_type="image/jpeg")
