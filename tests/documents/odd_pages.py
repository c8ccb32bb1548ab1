"""Pages whose text layer and whose picture differ: fields, notes, layers, hidden words, attachments, odd fonts."""

from __future__ import annotations

from tests.documents.pdf_maker import one_page, stream

ON, OFF = b"12 0 R", b"11 0 R"
LAYERS = b"/OCProperties << /OCGs [11 0 R 12 0 R] /D << /OFF [11 0 R] >> >>"
BY_DEFAULT_OFF = b"/OCProperties << /OCGs [11 0 R 12 0 R] /D << /BaseState /OFF /ON [12 0 R] >> >>"
RECT = b"/Rect [150 600 400 620] "
FIELD = b"/Subtype /Widget /DA (/F1 12 Tf 0 g) /F 4 "
NOTE = b"/Subtype /FreeText /DA (/F1 12 Tf 0 g) /F 4 "
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 250 20] /Resources << /Font << /F1 5 0 R >> >>"
LABELS = b"BT /F1 12 Tf 50 604 Td (Name:) Tj 0 -20 Td (City:) Tj 0 -80 Td (End of the form.) Tj ET "
SEEN = b"BT /F1 12 Tf 50 700 Td (Words in sight) Tj ET "


def words(text: bytes, *, before: bytes = b"", size: bytes = b"12", left: int = 50, up: int = 600) -> bytes:
    """A line of words in Helvetica, with operators before it."""
    return b"BT %s /F1 %s Tf %d %d Td (%s) Tj ET " % (before, size, left, up, text)


def appearance(text: bytes) -> bytes:
    """The appearance of a field or a note."""
    return stream(b"BT /F1 12 Tf 0 g 2 5 Td (%s) Tj ET" % text, FORM)


def odd_page(
    *annotations: bytes,
    content: bytes = LABELS,
    catalog: bytes = b"",
    form: bytes = b"",
    page: bytes = b"",
    resources: bytes = b"",
    more: dict[int, bytes] | None = None,
) -> bytes:
    """A page with annotations, which are fields of the form too; 10 is an appearance, 11 a layer that may be off."""
    objects = {20 + n: b"<< /Type /Annot /P 3 0 R %s >>" % body for n, body in enumerate(annotations)}
    listed = b" ".join(b"%d 0 R" % number for number in objects)
    objects |= {10: appearance(b"As drawn"), 11: b"<< /Type /OCG /Name (a) >>", 12: b"<< /Type /OCG /Name (b) >>"}
    pdf = one_page(
        content, page=page + b" /Annots [%s]" % listed, resources=resources, more={**objects, **(more or {})}
    )
    fields = b"/AcroForm << /Fields [%s] /DR << /Font << /F1 5 0 R >> >> %s >>" % (listed, form)
    return pdf.replace(b"/Type /Catalog", b"/Type /Catalog %s %s" % (catalog, fields))


def layered(layer: bytes, *, catalog: bytes = LAYERS, more: dict[int, bytes] | None = None) -> bytes:
    """Words in sight, and others in a layer."""
    content = SEEN + b"/OC /L BDC " + words(b"Other words") + b"EMC"
    return odd_page(content=content, catalog=catalog, resources=b"/Properties << /L %s >>" % layer, more=more)


def with_image(before: bytes, after: bytes, pixels: bytes, *, whole_page: bool = False) -> bytes:
    """An image of two rows of grey pixels, with content before and after it."""
    place = b"600 0 0 800 0 0" if whole_page else b"300 0 0 40 40 590"
    kind = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8"
    body = stream(pixels, kind + b" /Width %d /Height 2" % (len(pixels) // 2))
    content = before + b"q %s cm /I Do Q " % place + after
    return odd_page(content=content, resources=b"/XObject << /I 40 0 R >>", more={40: body})


def attached(*names: bytes, catalog: bytes = b"") -> bytes:
    """A page with attached files, whose names are PDF strings with their brackets."""
    more = {50 + n: b"<< /Type /Filespec /F (x) /UF %s /EF << /F 49 0 R >> >>" % name for n, name in enumerate(names)}
    listed = b" ".join(b"(%d) %d 0 R" % (number, number) for number in more)
    more[49] = stream(b"words", b"/Type /EmbeddedFile")
    tree = b"/Names << /EmbeddedFiles << /Names [%s] >> >> %s" % (listed, catalog)
    return odd_page(content=SEEN, catalog=tree, more=more)


def xfa(content: bytes, *annotations: bytes, dynamic: bool) -> bytes:
    """A page of an XFA form."""
    packet = stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")
    rendering = b"/NeedsRendering true" if dynamic else b""
    return odd_page(*annotations, content=content, catalog=rendering, form=b"/XFA 60 0 R", more={60: packet})


def unmapped(text: bytes, differences: bytes, *, kind: bytes = b"/Type1 /BaseFont /ABCDEF+Custom") -> bytes:
    """A line in a font with an encoding of its own."""
    pdf = one_page(words(text) + b"BT /F2 12 Tf 50 500 Td (Plain words) Tj ET", more={6: HELVETICA})
    font = b"/Subtype %s /FirstChar 65 /LastChar 90 /Widths [%s] /Encoding << /Differences [%s] >> >>"
    odd = font % (kind, b"600 " * 26, differences)
    old = b"/Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n6 0"
    assert old in pdf
    return pdf.replace(old, odd + b"\nendobj\n6 0").replace(b"/F1 5 0 R", b"/F1 5 0 R /F2 6 0 R")


HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica  >>"
