"""A fault of one page costs no more than that page: the others are there, and a notice names it."""

from __future__ import annotations

import pytest
from pdf_maker import packed_pdf, raw_pdf, stream

from rag_core import open_document
from rag_core.documents import page_picture
from rag_core.errors import UserError

JPEG = b"\xff\xd8\xff"
PAGE = b"<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
LETTER = (612.0, 792.0)


def words(text: bytes, down: int = 700) -> bytes:
    return stream(b"BT /F1 12 Tf 50 %d Td (%s) Tj ET" % (down, text))


def three_pages(second: bytes, content: bytes | None = None, *, make=raw_pdf, tree=(b"", b"")) -> bytes:
    """Three pages, of which the second is the given object; `tree` is what to replace in the page tree, and by what."""
    box = b"/MediaBox [0 0 600 800]"
    return make(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 6 0 R 8 0 R] /Count 3 >>".replace(*tree),
            3: PAGE % (box, 4),
            4: words(b"First words"),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            6: second,
            7: content or words(b"Middle words", 400),
            8: PAGE % (box, 9),
            9: words(b"Last words"),
        }
    )


@pytest.mark.parametrize(
    ("boxes", "size"),
    [
        (b"/MediaBox [0 0 0 0]", LETTER),
        (b"/MediaBox [0 0 600 0]", LETTER),
        (b"/MediaBox [0 0 NaN NaN]", LETTER),
        (b"/MediaBox [0 0 0.001 0.001]", LETTER),
        (b"/MediaBox [0 0 1e30 1e30]", LETTER),
        (b"/MediaBox [0 0 10000000 10000000]", LETTER),
        (b"/MediaBox [0 0 600 800] /CropBox [1000 1000 1600 1800]", (600.0, 800.0)),
        (b"/MediaBox [0 0 600 800] /CropBox [0 900 600 900.001]", (600.0, 800.0)),
    ],
)
def test_a_page_without_a_usable_size_is_read_and_drawn_in_another(boxes: bytes, size: tuple[float, float]) -> None:
    document = open_document(three_pages(PAGE % (boxes, 7)), name="sizes.pdf")
    assert document.text == "First words\n\nMiddle words\n\nLast words"
    assert (document.pages[1].width, document.pages[1].height) == size
    assert "Page 2 has no usable size in the file" in " ".join(document.notices)
    assert page_picture(document, 2, 400).data.startswith(JPEG)


@pytest.mark.parametrize("boxes", [b"", b"/MediaBox [600 800 0 0]", b"/MediaBox [0 0 600 800] /Rotate 45"])
def test_odd_but_usable_sizes_are_no_matter(boxes: bytes) -> None:
    document = open_document(three_pages(PAGE % (boxes, 7)), name="sizes.pdf")
    assert document.text == "First words\n\nMiddle words\n\nLast words"
    assert document.notices == ()


@pytest.mark.parametrize("second", [b"null", b"42", b"<< /Type /Font >>", b"[1 2]"])
def test_a_page_that_is_none_is_named_and_the_rest_is_there(second: bytes) -> None:
    document = open_document(three_pages(second), name="broken.pdf")
    assert document.text == "First words\n\nLast words"
    assert len(document.pages) == 3
    assert document.notices == ("Page 2 has no readable content: the file is damaged there.",)
    with pytest.raises(UserError, match=r"broken\.pdf has no picture of page 2: the file is damaged there"):
        page_picture(document, 2, 400)
    assert page_picture(document, 1, 400).data.startswith(JPEG)


@pytest.mark.parametrize(
    "content",
    [
        stream(b"x\x9c no deflated data", b"/Filter /FlateDecode"),
        stream(b"whatever", b"/Filter /Unheard"),
        b"<< /Length 0 >>",
    ],
)
def test_a_page_whose_content_cannot_be_unpacked_is_named(content: bytes) -> None:
    document = open_document(three_pages(PAGE % (b"/MediaBox [0 0 600 800]", 7), content), name="content.pdf")
    assert document.text == "First words\n\nLast words"
    assert document.notices == ("Page 2 has neither text nor images: blank, or damaged in the file.",)


@pytest.mark.parametrize("rest", [b" q q ((( ] >> \x00\xff BT", b" Q Q Q ET EMC BI ID \xff", b" /X gs /Y Do (a) "])
def test_a_content_stream_is_read_up_to_its_fault(rest: bytes) -> None:
    content = stream(b"BT /F1 12 Tf 50 400 Td (Middle words) Tj ET" + rest)
    document = open_document(three_pages(PAGE % (b"/MediaBox [0 0 600 800]", 7), content), name="stream.pdf")
    assert document.text == "First words\n\nMiddle words\n\nLast words"


def test_a_fault_of_the_reader_on_one_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from rag_core.documents.limits import Limits
    from rag_core.documents.pdf import page_reading, reading

    real = page_reading.page_text

    def fails_on_the_second(loaded, number: int, typesetter, **options):
        if number == 2:
            raise ZeroDivisionError
        return real(loaded, number, typesetter, **options)

    monkeypatch.setattr(page_reading, "page_text", fails_on_the_second)
    parsed = reading.read(three_pages(PAGE % (b"/MediaBox [0 0 600 800]", 7)), None, Limits())
    assert parsed.text == "First words\n\nLast words"
    assert parsed.notices == ("Page 2 has no readable content: the file is damaged there.",)


def test_words_outside_of_the_only_page_say_so() -> None:
    pdf = three_pages(b"null").replace(b"/MediaBox [0 0 600 800]", b"/MediaBox [0 0 300 300]")
    with pytest.raises(UserError, match="all of its text lies outside the visible part"):
        open_document(pdf, name="outside.pdf")


@pytest.mark.parametrize(
    ("old", "new", "counted"),
    [
        (b"/Count 3", b"/Count 1", 1),
        (b"/Count 3", b"/Count 2", 2),
        (b"8 0 R] /Count 3", b"8 0 R 2 0 R] /Count 2", 2),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_pages_that_the_file_does_not_count_are_read_and_drawn(
    old: bytes, new: bytes, counted: int, packed: bool
) -> None:
    pdf = three_pages(PAGE % (b"/MediaBox [0 0 600 800]", 7), make=packed_pdf if packed else raw_pdf, tree=(old, new))
    document = open_document(pdf, name="count.pdf")
    assert document.text == "First words\n\nMiddle words\n\nLast words"
    assert document.notices[0].startswith(f"The file has 3 pages but counts {counted} of them")
    assert page_picture(document, 3, 400).data.startswith(JPEG)


@pytest.mark.parametrize("kids", [b"6 0 R", b"10 0 R"])
def test_a_circle_in_the_page_tree_ends(kids: bytes) -> None:
    circle = b"<< /Type /Pages /Parent 2 0 R /Kids [%s] /Count 1 >>"
    pdf = three_pages(circle % kids)
    document = open_document(pdf, name="circle.pdf")
    assert document.text.startswith("First words")
    assert " no readable content: the file is damaged there." in document.notices[0]
