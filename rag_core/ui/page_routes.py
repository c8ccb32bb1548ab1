"""Serves the pictures and marks of pages: a browser asks for them when it shows them, without a run of the script."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rag_core.documents.pictures import page_picture
from rag_core.errors import UserError
from rag_core.ui.shell.page_pictures import MARKS, PICTURES, base_path, named_documents, named_marks

_ALWAYS = {"Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff"}
_HEADERS = {**_ALWAYS, "Cache-Control": "private, max-age=86400, immutable"}
_GONE = "This document is no longer open. Reload the page."


def page_routes() -> list[Route]:
    """The routes to add to the server's own; Starlette answers them in threads."""
    return [
        Route(f"{base_path()}/{PICTURES}/{{name}}/{{number:int}}-{{width_px:int}}.jpg", _picture),
        Route(f"{base_path()}/{MARKS}/{{name}}/{{document:int}}/{{number:int}}", _marks),
    ]


def _picture(request: Request) -> Response:
    """A page's picture; of what cannot be drawn, the reason."""
    values = request.path_params
    document = named_documents.find(values["name"])
    if document is None:
        return _refusal(_GONE, 404)
    try:
        picture = page_picture(document, values["number"], values["width_px"])
    except ValueError:
        return _refusal(f"There is no page {values['number']:,}.", 404)
    except UserError as error:
        return _refusal(str(error), 422)
    # It is compressed already, and the server would compress what has no encoding.
    return Response(picture.data, headers={**_HEADERS, "Content-Encoding": "identity"}, media_type="image/jpeg")


def _marks(request: Request) -> Response:
    """A page's marks as SVG that the pane puts over the picture; as plain text, which no browser shows as a page."""
    values = request.path_params
    marks = named_marks.find(values["name"])
    if marks is None:
        return _refusal(_GONE, 404)
    try:
        overlay = marks.overlay(values["document"], values["number"])
    except LookupError:
        return _refusal(f"There is no page {values['number']:,}.", 404)
    except UserError as error:
        return _refusal(str(error), 422)
    return Response(overlay, headers=_HEADERS, media_type="text/plain")


def _refusal(reason: str, status: int) -> Response:
    return PlainTextResponse(reason, status, {**_ALWAYS, "Cache-Control": "no-store"})
