"""What is said about the pages of a PDF: which of them could not be read in full, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

OCR = "OCR reads them: start it on the page, or with --parser ocr on the command line."
_MAX_COUNTS = 12  # pages whose figures are given one by one
_MIN_UNMAPPED = 3  # letters on a page: a formula may have a sign or two without Unicode
_MIN_SHARE = 0.01  # of the letters of a page with few of them

_UNMAPPED = "fonts without a Unicode mapping"
_COUNTS, _RUNS = re.compile(r"\([^)]*\)"), re.compile(r"(\d+)(?:-(\d+))?")


@dataclass
class Findings:
    """The numbers of the pages of each kind.

    `unseen_only` have something drawn and no text that can be seen. `unmapped` has the letters without Unicode of a
    page, and all of them. `keeps_unseen` says that what cannot be seen is in the text nevertheless.
    """

    keeps_unseen: bool = False
    images: list[int] = field(default_factory=list)
    unseen_only: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    resized: list[int] = field(default_factory=list)
    scans: list[int] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    unchecked: list[int] = field(default_factory=list)
    annotations: list[int] = field(default_factory=list)
    unmapped: dict[int, tuple[int, int]] = field(default_factory=dict)

    def ocr_pages(self) -> tuple[int, ...]:
        """The pages whose words only OCR finds."""
        return tuple(sorted({*self.images, *self.unseen_only, *self.unmapped}))

    def add_unmapped(self, page: int, count: int, letters: int) -> None:
        """Note the letters of a page that have no Unicode, unless they are too few to matter."""
        if many_unmapped(count, letters):
            self.unmapped[page] = (count, letters)

    def notices(self) -> list[str]:
        """A sentence for the user about each kind of page, for those kinds that there are."""
        done = "it is in the text, marked as unseen" if self.keeps_unseen else "it is left out"
        sentences = (
            (self.images, f"no text layer: images are not searched. {OCR}"),
            (self.damaged, "no readable content: the file is damaged there."),
            (self.blank, "neither text nor images: blank, or damaged in the file."),
            (self.resized, "no usable size in the file: US Letter or the media box is used."),
            (self.scans, "invisible text over images, as OCR writes it: that is what is searched."),
            (
                self.unseen,
                f"text that cannot be seen there, such as white on white or in a layer that is off: {done}.",
            ),
            (self.outside, f"text outside the visible area: {done}."),
            (self.unchecked, "content that cannot be drawn: text that nobody sees may be in the text."),
            (self.annotations, "form fields or annotations that cannot be read in full."),
        )
        said = [f"{have(pages)} {sentence}" for pages, sentence in sentences if pages]
        return [*said, self._about_unmapped()] if self.unmapped else said

    def _about_unmapped(self) -> str:
        """The pages whose letters are not what they seem, each with its figures unless there are many."""
        counts = [f"{page} ({some:,} of {all_:,} letters)" for page, (some, all_) in sorted(self.unmapped.items())]
        pages = _listed(counts) if len(counts) <= _MAX_COUNTS else numbers(sorted(self.unmapped))
        which = f"Page {pages} has" if len(counts) == 1 else f"Pages {pages} have"
        return f"{which} {_UNMAPPED}: the text has other letters than the page. {OCR}"


def many_unmapped(count: int, letters: int) -> bool:
    """Whether so many letters of a page without Unicode matter."""
    return bool(count) and (count >= _MIN_UNMAPPED or count >= _MIN_SHARE * letters)


def have(pages: list[int]) -> str:
    """ "Page 3 has", "Pages 3-5 and 9 have"."""
    return f"Page {pages[0]} has" if len(pages) == 1 else f"Pages {numbers(pages)} have"


def numbers(pages: list[int]) -> str:
    """ "3", "3-5 and 9": runs of page numbers in words."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return _listed([str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs])


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def unmapped_pages(notices: Iterable[str]) -> list[int]:
    """The pages with fonts without a Unicode mapping, as the notices of a document name them."""
    found: list[int] = []
    for notice in notices:
        if _UNMAPPED in notice:
            pages = _COUNTS.sub("", notice.partition(_UNMAPPED)[0])
            for first, last in _RUNS.findall(pages):
                found += range(int(first), int(last or first) + 1)
    return found
