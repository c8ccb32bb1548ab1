"""Makes small PDFs for tests: with reportlab where that is enough, by hand where a file has to be odd."""

from __future__ import annotations

import io
import struct
import textwrap
import zlib

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)


def canvas_pdf(draw, *, size=A4, encrypt=None) -> bytes:
    """The PDF that `draw(canvas)` paints; it calls showPage itself between pages."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def pages_pdf(*pages: list[tuple[float, float, str]], font_size: float = 11, encrypt=None) -> bytes:
    """Pages of lines, each (left, baseline from the top, text), in Times."""

    def draw(canvas: Canvas) -> None:
        for lines in pages:
            canvas.setFont("Times-Roman", font_size)
            for left, down, text in lines:
                canvas.drawString(left, A4[1] - down, text)
            canvas.showPage()

    return canvas_pdf(draw, encrypt=encrypt)


def prose_lines(text: str, *, left: float = 72, top: float = 80, width: int = 90) -> list[tuple[float, float, str]]:
    """A paragraph as lines of at most `width` characters, 13 points apart."""
    return [(left, top + 13 * number, line) for number, line in enumerate(textwrap.wrap(text, width))]


def turned(pdf: bytes, rotation: int, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """The same pages, shown turned, and perhaps less of each."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import RectangleObject

    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        if crop is not None:
            page.cropbox = RectangleObject(crop)
        writer.add_page(page.rotate(rotation))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def encrypted_pdf(text: str, *, user: str, owner: str = "owner") -> bytes:
    return pages_pdf([(72, 80, text)], encrypt=StandardEncryption(user, ownerPassword=owner, strength=128))


def image_pdf(pages: int = 1, text_on_first: str = "") -> bytes:
    """Pages that are pictures, the first one perhaps with a line of text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (40, 40), "#8899aa"))

    def draw(canvas: Canvas) -> None:
        for number in range(pages):
            if text_on_first and number == 0:
                canvas.drawString(72, 700, text_on_first)
            else:
                canvas.drawImage(picture, 50, 50, 400, 600)
            canvas.showPage()

    return canvas_pdf(draw)


def raw_pdf(objects: dict[int, bytes]) -> bytes:
    """A PDF of the given objects (number -> body); number 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, start)
    return bytes(out)


def packed_pdf(objects: dict[int, bytes]) -> bytes:
    """The same as `raw_pdf`, with all objects but streams compressed together."""
    pack, table = max(objects) + 1, max(objects) + 2
    inner = {number: body for number, body in objects.items() if b"endstream" not in body}
    starts = {number: sum(len(body) + 1 for n, body in inner.items() if n < number) for number in inner}
    head = b"".join(b"%d %d " % (number, starts[number]) for number in inner)
    whole = zlib.compress(head + b"\n".join(inner.values()))
    kind = b"/Type /ObjStm /Filter /FlateDecode /N %d /First %d" % (len(inner), len(head))
    out, rows = bytearray(b"%PDF-1.7\n"), {number: (2, pack, place) for place, number in enumerate(inner)}
    for number, body in {**{n: b for n, b in objects.items() if n not in inner}, pack: stream(whole, kind)}.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows[table] = (1, len(out), 0)
    entries = b"".join(struct.pack(">BIH", *rows.get(number, (0, 0, 0))) for number in range(table + 1))
    kind = b"/Type /XRef /W [1 4 2] /Size %d /Root 1 0 R" % (table + 1)
    start = len(out)
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, stream(entries, kind), start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def one_page(
    content: bytes, *, resources: bytes = b"", page: bytes = b"", more: dict[int, bytes] | None = None
) -> bytes:
    """A page of 600 x 800 points with a content stream; fonts /F1 is Helvetica."""
    return raw_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R %s"
            b" /Resources << /Font << /F1 5 0 R >> %s >> >>" % (page, resources),
            4: content if content.startswith(b"<<") else stream(content),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            **(more or {}),
        }
    )


def mapped_pdf(codes: dict[int, str]) -> bytes:
    """One line of Helvetica letters A, B, C ... whose text layer says something else: code -> text (UTF-16)."""
    rows = "\n".join(
        f"<{code:02x}> <{text.encode('utf-16-be', 'surrogatepass').hex()}>" for code, text in codes.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}\nendbfchar\nendcmap end end"
    )
    letters = bytes(codes)
    content = b"BT /F1 20 Tf 50 700 Td (" + letters + b") Tj ET"
    pdf = one_page(content, more={6: stream(cmap.encode())})
    return pdf.replace(b"/BaseFont /Helvetica >>", b"/BaseFont /Helvetica /ToUnicode 6 0 R >>")


def glyphs_pdf(*runs: tuple[float, float, str | list[str]], font_size: float = 10) -> bytes:
    """Runs of glyphs, each (left, baseline from the top of 800 points, what its glyphs say), as wide as Courier's.

    A run is drawn from left to right; an item of a list is one glyph, which may say several characters.
    """
    codes = {text: code for code, text in enumerate(dict.fromkeys(glyph for *_, run in runs for glyph in run), 33)}
    rows = "\n".join(f"<{code:02x}> <{text.encode('utf-16-be').hex()}>" for text, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}\nendbfchar\nendcmap end end"
    )
    content = "\n".join(
        f"BT /F1 {font_size} Tf {left} {800 - down} Td <{''.join(f'{codes[glyph]:02x}' for glyph in run)}> Tj ET"
        for left, down, run in runs
    )
    pdf = one_page(content.encode(), more={6: stream(cmap.encode())})
    return pdf.replace(b"/BaseFont /Helvetica >>", b"/BaseFont /Courier /ToUnicode 6 0 R >>")


def memory_bomb() -> bytes:
    """A few kilobytes that unpack to 420 MB of content, by deflating twice."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b"1 0 0 1 0 0 cm " * 70_000) for _ in range(400)) + packer.flush()
    data = zlib.compress(once, 9)
    return one_page(stream(data, b"/Filter [/FlateDecode /FlateDecode]"))


def time_bomb(depth: int = 12, times: int = 12) -> bytes:
    """Forms that paint forms: `times` to the power of `depth` words in a few kilobytes."""
    inner = stream(b"BT /F1 9 Tf 9 9 Td (x) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]")
    more = {6: inner}
    for number in range(7, 7 + depth):
        resources = b"/Resources << /XObject << /X %d 0 R >> /Font << /F1 5 0 R >> >>" % (number - 1)
        more[number] = stream(b"/X Do " * times, b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] " + resources)
    return one_page(b"/X Do", resources=b"/XObject << /X %d 0 R >>" % (6 + depth), more=more)
