"""A table of pages: what is in the text, what was left out of it, and what was said about it."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from rag_core import open_document
from rag_core.documents import Document
from rag_core.errors import UserError
from rag_core.parts.parser.pdfium import Pdfium
from tests.documents.odd_pages import (
    BY_DEFAULT_OFF,
    FIELD,
    LABELS,
    LAYERS,
    NOTE,
    OFF,
    ON,
    RECT,
    SEEN,
    appearance,
    attached,
    layered,
    odd_page,
    unmapped,
    with_image,
    words,
    xfa,
)
from tests.documents.pdf_maker import stream
from tests.paths import ROOT

CASES = ROOT.parent / "shared" / "cases"
SKERRY = "The last keeper left the rock in 1968 and took the cat along."


class Row(NamedTuple):
    """What is right for a file: the end of its text, the words left out, and a pattern of the one notice."""

    text: str
    left_out: str = ""
    said: str = ""


def check(document: Document, row: Row) -> None:
    assert document.text.endswith(row.text)
    assert " ".join(left.text for left in document.left_out) == row.left_out
    assert len(document.notices) == bool(row.said)
    assert re.search(row.said, "".join(document.notices))


UNSEEN = r"^Page 1 has text that cannot be seen there"
SCAN = r"^Page 1 has invisible text over images"
TICK = {31: stream(b"0 0 m 12 12 l S", b"/Type /XObject /Subtype /Form /BBox [0 0 12 12]")}
BOX = FIELD + b"/Rect [50 600 62 612] /FT /Btn "
AGREED = words(b"I agree", left=70, up=602)
LONG = words(b"A street is long and leads away from the sea")
BOXED = Row("Words in sight\n\nis long and leads away from the sea", "A street", UNSEEN)
SPECKLES = b"".join(b"%d 10 1 1 re f " % (2 * place) for place in range(250))
GONE = Row("Words in sight", "Other words", UNSEEN)
KEPT = Row("Words in sight\n\nOther words")


@pytest.mark.skipif(not CASES.is_dir(), reason="needs the cases beside the project")
@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("form_ap", Row(f"{SKERRY}\n\nName: Ada Lovelace of Skerry")),
        ("form_noap", Row(f"{SKERRY}\n\nName: Ada Lovelace of Skerry")),
        ("freetext", Row(f"{SKERRY}\n\nCorrection: the keeper left in 1969")),
        ("freetext_only", Row("Correction: the keeper left in 1969")),
        ("xfa", Row("to display this type of document.", said="dynamic XFA form")),
        ("portfolio", Row("or later.", said=r"portfolio: .* 1 attached file, .*: invoice\.pdf\.")),
        ("ocg_off", Row(SKERRY, "DRAFT SECRET: the lamp was never lit at all.", UNSEEN)),
        ("nounicode", Row("ABCDEF GHIJKL", said=r"^Page 1 \(60 of 60 letters\) has fonts without a Unicode mapping")),
        ("cjk_lines", Row("直到今天为止")),
    ],
)
def test_shared_cases(name: str, row: Row) -> None:
    check(open_document(CASES / f"{name}.pdf"), row)


FIELDS = {
    "two values": (
        odd_page(FIELD + RECT + b"/FT /Tx /V (Ada)", FIELD + b"/Rect [150 580 400 600] /FT /Tx /V (Paris)"),
        "Name: Ada\nCity: Paris\n\nEnd of the form.",
    ),
    "two in a row": (
        odd_page(
            FIELD + b"/Rect [90 600 190 620] /FT /Tx /V (Ada)",
            FIELD + b"/Rect [240 600 340 620] /FT /Tx /V (1815)",
            content=words(b"Name:", up=604) + words(b"Born:", left=200, up=604),
        ),
        "Name: Ada Born: 1815",
    ),
    "a label above": (odd_page(FIELD + b"/Rect [50 565 250 580] /FT /Tx /V (Ada)", content=AGREED), "I agree\n\nAda"),
    "UTF-16": (odd_page(FIELD + RECT + b"/FT /Tx /V <FEFF005A006F00EB00200416>"), "Name: Zoë Ж\nCity:"),
    "UTF-8": (odd_page(FIELD + RECT + b"/FT /Tx /V <EFBBBF5A6FC3AB20D096>"), "Name: Zoë Ж\nCity:"),
    "a name": (odd_page(FIELD + RECT + b"/FT /Tx /V /Ada"), "Name: Ada\nCity:"),
    "a stream": (odd_page(FIELD + RECT + b"/FT /Tx /V 30 0 R", more={30: stream(b"Long")}), "Name: Long\nCity:"),
    "of the parent": (
        odd_page(FIELD + RECT + b"/Parent 30 0 R", more={30: b"<< /FT /Tx /V (Heir) /T (p) /Kids [20 0 R] >>"}),
        "Name: Heir\nCity:",
    ),
    "an empty appearance": (
        odd_page(FIELD + RECT + b"/FT /Tx /V (Ada) /AP << /N 31 0 R >>", more={31: appearance(b"")}),
        "Name: Ada\nCity:",
    ),
    "an old appearance": (
        odd_page(FIELD + RECT + b"/FT /Tx /V (Ada) /AP << /N 10 0 R >>", form=b"/NeedAppearances true"),
        "Name: Ada\nCity:",
    ),
    "an appearance": (odd_page(FIELD + RECT + b"/FT /Tx /V (1) /AP << /N 10 0 R >>"), "Name: As drawn\nCity:"),
    "cells": (odd_page(FIELD + RECT + b"/FT /Tx /Ff 16777216 /MaxLen 9 /V (12345)"), "Name: 12345\nCity:"),
    "the label of a choice": (
        odd_page(FIELD + RECT + b"/FT /Ch /Ff 131072 /Opt [[(de) (Oman)] [(fr) (Peru)]] /V (fr)"),
        "Name: Peru\nCity:",
    ),
    "a tick that is drawn": (
        odd_page(BOX + b"/V /Yes /AS /Yes /AP << /N << /Yes 31 0 R >> >>", content=AGREED, more=TICK),
        "\u2714 I agree",
    ),
    "a tick without appearance": (odd_page(BOX + b"/V /Yes /AS /Yes", content=AGREED), "\u2714 I agree"),
    "no tick": (odd_page(BOX + b"/V /Off /AS /Off", content=AGREED), "I agree"),
    "a turned page": (odd_page(FIELD + RECT + b"/FT /Tx /V (Ada)", page=b"/Rotate 180"), "Name: Ada\n\nCity:"),
    "a password": (odd_page(FIELD + RECT + b"/FT /Tx /Ff 8192 /V (sesame)"), "Name:\nCity:"),
    "hidden": (odd_page(b"/Subtype /Widget /F 2 /FT /Tx /V (no) /AP << /N 10 0 R >> " + RECT), "Name:\nCity:"),
    "not for the screen": (odd_page(b"/Subtype /Widget /F 32 /FT /Tx /V (no) " + RECT), "Name:\nCity:"),
    "a pop-up": (odd_page(b"/Subtype /Popup /Contents (no) /F 4 " + RECT), "Name:\nCity:"),
    "a sticky note": (odd_page(b"/Subtype /Text /Contents (no) /F 4 " + RECT), "Name:\nCity:"),
}


@pytest.mark.parametrize(("pdf", "text"), FIELDS.values(), ids=FIELDS)
def test_values_of_fields_follow_their_labels(pdf: bytes, text: str) -> None:
    document = open_document(pdf, name="form.pdf")
    assert re.sub(r"\n+", "\n", document.text).startswith(re.sub(r"\n+", "\n", text))
    assert (document.notices, document.left_out) == ((), ())


TABLE = {
    "a note": (odd_page(NOTE + RECT + b"/Contents (A note)"), Row("form.\n\nA note")),
    "a rich note": (odd_page(NOTE + RECT + b"/RC (<p>A <b>rich</b> note</p>)"), Row("form.\n\nA rich note")),
    "a stamp": (odd_page(b"/Subtype /Stamp /F 4 /AP << /N 10 0 R >> " + RECT), Row("form.\n\nAs drawn")),
    "a note in a layer that is off": (
        odd_page(NOTE + RECT + b"/Contents (A note) /OC " + OFF, catalog=LAYERS),
        Row("form.", "A note", UNSEEN),
    ),
    "a field in layers of which one is off": (
        odd_page(
            FIELD + RECT + b"/FT /Tx /V (Ada) /OC << /Type /OCMD /OCGs [11 0 R 12 0 R] /P /AllOn >>", catalog=LAYERS
        ),
        Row("form.", "Ada", UNSEEN),
    ),
    "a broken annotation": (
        odd_page(FIELD + b"/Rect [1 2 (x)] /FT /Tx /V (Lost)", FIELD + RECT + b"/FT /Tx /V (Ada)"),
        Row("Name: Ada\nCity:\n\nEnd of the form.", said="^Page 1 has form fields or annotations that cannot"),
    ),
    "a layer that is on": (layered(ON), KEPT),
    "a layer that is off": (layered(OFF), GONE),
    "layers off by default": (layered(OFF, catalog=BY_DEFAULT_OFF), GONE),
    "a membership that is off": (layered(b"<< /Type /OCMD /OCGs [11 0 R] >>"), GONE),
    "a membership that is on": (layered(b"<< /Type /OCMD /OCGs [11 0 R] /P /AllOff >>"), KEPT),
    "off on screens": (
        layered(
            b"13 0 R",
            catalog=LAYERS.replace(b"/OFF [11 0 R]", b""),
            more={13: b"<< /Type /OCG /Name (c) /Usage << /View << /ViewState /OFF >> >> >>"},
        ),
        GONE,
    ),
    "white on white": (odd_page(content=SEEN + words(b"Other words", before=b"1 g")), GONE),
    "all but white": (odd_page(content=SEEN + words(b"Other words", before=b".98 g")), GONE),
    "grey": (odd_page(content=SEEN + words(b"Other words", before=b".8 g")), KEPT),
    "a white digit in a number": (
        odd_page(content=SEEN + b"BT /F1 12 Tf 50 600 Td (Profit 1) Tj 1 g (9) Tj 0 g (200 euros) Tj ET "),
        Row("sight\n\nProfit 1200 euros", "9", UNSEEN),
    ),
    "yellow": (odd_page(content=SEEN + words(b"Other words", before=b"1 1 0 rg")), KEPT),
    "white on black": (
        odd_page(content=SEEN + b"0 590 600 40 re f " + words(b"Other words", before=b"1 g")),
        KEPT,
    ),
    "red on red": (
        odd_page(content=SEEN + b"1 0 0 rg 0 590 600 40 re f " + words(b"Other words", before=b"1 0 0 rg")),
        GONE,
    ),
    "covered": (odd_page(content=SEEN + words(b"Other words") + b"0 590 600 40 re f"), GONE),
    "half covered": (
        odd_page(content=SEEN + words(b"Other words") + b"0 590 82 40 re f"),
        Row("sight\n\nwords", "Other", UNSEEN),
    ),
    "a black box over words": (odd_page(content=SEEN + LONG + b"0 596 93 15 re f"), BOXED),
    "black words on a black box": (odd_page(content=SEEN + b"0 596 93 15 re f " + LONG), BOXED),
    "a box of paper among white words on black": (
        odd_page(content=SEEN + b"0 g 0 590 600 40 re f 1 g 0 596 93 15 re f " + LONG),
        BOXED,
    ),
    "shaded cells": (
        odd_page(content=SEEN + b".8 g 40 595 70 20 re f 0 g " + words(b"2022") + words(b"1999", left=130)),
        Row("sight\n\n2022 1999"),
    ),
    "white words with a rule through them": (
        odd_page(content=SEEN + words(b"Other words", before=b"1 g") + b"0 g 40 603 200 2 re f"),
        GONE,
    ),
    "clipped": (odd_page(content=SEEN + b"q 0 0 5 5 re W n " + words(b"Other words") + b"Q"), GONE),
    "transparent": (
        odd_page(content=SEEN + b"/G gs " + words(b"Other words"), resources=b"/ExtGState << /G << /ca 0 >> >>"),
        GONE,
    ),
    "specks": (odd_page(content=SEEN + words(b"Other words", size=b".3")), GONE),
    "small print": (odd_page(content=SEEN + words(b"Other words", size=b"3")), KEPT),
    "two languages in one place": (
        odd_page(
            content=SEEN + b"/OC /L BDC " + words(b"Bonjour") + b"EMC " + words(b"Good day"),
            catalog=LAYERS,
            resources=b"/Properties << /L 11 0 R >>",
        ),
        Row("sight\n\nGood day", "Bonjour", UNSEEN),
    ),
    "no ink, no image": (odd_page(content=SEEN + words(b"Other words", before=b"3 Tr")), GONE),
    "no ink over an image": (
        with_image(SEEN, words(b"Other words", before=b"3 Tr"), b"\x10\x20\x30\x20"),
        KEPT._replace(said=SCAN),
    ),
    "under a scan": (
        with_image(words(b"Other words"), b"", b"\x90\xa0\xb0\xc0", whole_page=True),
        Row("Other words", said=SCAN),
    ),
    "under a small image": (with_image(SEEN + words(b"Other words"), b"", b"\x90\xa0\xb0\xc0"), GONE),
    "under an image among many drawings": (
        with_image(SEEN + words(b"Other words") + SPECKLES, SPECKLES, b"\x00\xff" * 150),
        GONE,
    ),
    "white on a dark image": (with_image(SEEN, words(b"Other words", before=b"1 g"), b"\x10\x20\x30\x20"), KEPT),
    "outside the crop box": (
        odd_page(content=SEEN + words(b"Other words"), page=b"/CropBox [0 650 600 800]"),
        GONE._replace(said="^Page 1 has text outside the visible area"),
    ),
    "a field outside the crop box": (
        odd_page(FIELD + RECT + b"/FT /Tx /V (Ada)", content=SEEN, page=b"/CropBox [0 650 600 800]"),
        Row("sight", "Ada", "^Page 1 has text outside the visible area"),
    ),
    "a note outside the crop box": (
        odd_page(NOTE + RECT + b"/Contents (A note)", content=SEEN, page=b"/CropBox [0 650 600 800]"),
        Row("sight", "A note", "^Page 1 has text outside the visible area"),
    ),
    "attachments": (
        attached(b"(a.csv)", b"<FEFF00FC002E0064006F0063>"),
        Row("sight", said=r"^It has 2 attached files, .* not read: a\.csv, ü\.doc\."),
    ),
    "a portfolio": (
        attached(b"(bill\\n.pdf)", catalog=b"/Collection << /View /D >>"),
        Row("sight", said=r"^It is a portfolio: .* not read: bill \.pdf\."),
    ),
    "a file attached to a page": (
        odd_page(
            b"/Subtype /FileAttachment /F 4 /FS 50 0 R " + RECT,
            more={
                49: stream(b"x", b"/Type /EmbeddedFile"),
                50: b"<< /Type /Filespec /F (n.txt) /EF << /F 49 0 R >> >>",
            },
        ),
        Row("form.", said=r"1 attached file, .*: n\.txt\."),
    ),
    "dynamic XFA": (xfa(words(b"Attendre"), dynamic=True), Row("Attendre", said="dynamic XFA form")),
    "dynamic XFA by its words": (xfa(words(b"Please wait..."), dynamic=False), Row("wait...", said="dynamic XFA form")),
    "static XFA": (xfa(LABELS, FIELD + RECT + b"/FT /Tx /V (Ada)", dynamic=False), Row("City:\n\nEnd of the form.")),
    "glyphs with numbers": (
        unmapped(b"ABCA", b"65 /g1 /g2 /g3"),
        Row("ABCA\n\nPlain words", said=r"^Page 1 \(4 of 14 letters\) has fonts without a Unicode mapping"),
    ),
    "glyphs with names": (unmapped(b"ABCA", b"65 /A /B /C"), Row("ABCA\n\nPlain words")),
}


@pytest.mark.parametrize(("pdf", "row"), TABLE.values(), ids=TABLE)
def test_what_is_in_the_text_what_was_left_out_and_what_was_said(pdf: bytes, row: Row) -> None:
    check(open_document(pdf, name="page.pdf"), row)


REASONS = {
    "white on white": "colour",
    "all but white": "colour",
    "red on red": "colour",
    "covered": "covered",
    "half covered": "covered",
    "black words on a black box": "colour",
    "clipped": "clipped",
    "transparent": "no_ink",
    "specks": "tiny",
    "no ink, no image": "no_ink",
    "under a small image": "covered",
    "a layer that is off": "layer",
    "two languages in one place": "layer",
    "a note in a layer that is off": "layer",
    "outside the crop box": "outside",
    "a field outside the crop box": "outside",
}


@pytest.mark.parametrize("name", REASONS)
def test_why_words_are_left_out_and_where_they_are(name: str) -> None:
    (left,) = open_document(TABLE[name][0], name="page.pdf").left_out
    assert left.reason == REASONS[name]
    assert left.is_unseen
    assert left.boxes
    height = max(box.bottom - box.top for box in left.boxes)
    assert all(box.left < box.right and box.top < box.bottom for box in left.boxes)
    assert height < 40


@pytest.mark.parametrize("name", [*REASONS, "half covered", "a note outside the crop box"])
def test_a_field_of_the_parser_keeps_what_cannot_be_seen(name: str) -> None:
    pdf, row = TABLE[name]
    document = open_document(pdf, name="page.pdf", parser=Pdfium(keep_unseen=True))
    unseen = [block.span for block in document.blocks if block.kind == "unseen"]
    kept = " ".join(" ".join(document.text[start:end] for start, end in unseen).split())
    assert kept == row.left_out
    assert document.left_out == ()
    assert all(document.boxes(*span)[1] for span in unseen)
    assert [notice.endswith("it is in the text, marked as unseen.") for notice in document.notices] == [True]
    seen = "".join(document.text.split())
    assert "".join(row.text.split()) in seen.replace("".join(kept.split()), "") or name == "half covered"


def test_nothing_that_can_be_seen() -> None:
    with pytest.raises(UserError, match="its page has no text that can be seen"):
        open_document(odd_page(content=words(b"Other words", before=b"1 g")), name="white.pdf")


def test_a_portfolio_without_words_names_its_files() -> None:
    pdf = attached(b"(bill.pdf)").replace(SEEN, b" " * len(SEEN))
    with pytest.raises(UserError, match=r"is empty: .* 1 attached file, .*: bill\.pdf"):
        open_document(pdf, name="cover.pdf")
