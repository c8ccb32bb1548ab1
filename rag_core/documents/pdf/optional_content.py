"""Whether an annotation's layer is on, as a viewer opens the file.

For the page's own content pdfium answers by drawing it; it draws annotations whatever their layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rag_core.documents.pdf.structure import Structure, resolved, value

_MAX_DEPTH = 20  # of expressions in expressions
_POLICIES: dict[str, Callable[[Iterable[bool]], bool]] = {
    "/AnyOn": any,
    "/AllOn": all,
    "/AnyOff": lambda states: not all(states),
    "/AllOff": lambda states: not any(states),
}


def is_on(content: Any, structure: Structure) -> bool:
    """Whether a layer (OCG) or a membership of layers (OCMD) is on; what is neither is on."""
    if value(content, "/Type") == "/OCMD":
        return _membership_on(content, structure)
    return _layer_on(content, structure) if value(content, "/Type") == "/OCG" else True


def _layer_on(layer: Any, structure: Structure) -> bool:
    state = value(value(value(layer, "/Usage"), "/View"), "/ViewState")
    if state is not None:
        return bool(state != "/OFF")
    settings = value(value(structure.catalog(), "/OCProperties"), "/D")
    if _holds(value(settings, "/OFF"), layer):
        return False
    return value(settings, "/BaseState") != "/OFF" or _holds(value(settings, "/ON"), layer)


def _holds(layers: Any, layer: Any) -> bool:
    return any(resolved(item) is layer or resolved(item) == layer for item in layers or [])


def _membership_on(membership: Any, structure: Structure) -> bool:
    expression = value(membership, "/VE")
    if expression:
        return _expression_on(expression, structure, 0)
    layers = value(membership, "/OCGs")
    found = [resolved(item) for item in (layers if isinstance(layers, list) else [layers])]
    states = [_layer_on(layer, structure) for layer in found if layer is not None]
    return not states or _POLICIES.get(str(value(membership, "/P") or "/AnyOn"), any)(states)


def _expression_on(expression: Any, structure: Structure, depth: int) -> bool:
    if not isinstance(expression, list) or depth > _MAX_DEPTH:
        return is_on(expression, structure)
    operator, *operands = expression
    states = [_expression_on(resolved(operand), structure, depth + 1) for operand in operands]
    if operator == "/Not":
        return not any(states)
    return all(states) if operator == "/And" else any(states)
