"""The app as a person meets it in a browser window: by what it shows, not by how it is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, expect

from rag_core.text.labels import shortened

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Of nothing but these four things, so that a question has one right paragraph.
NOTES = """\
The lighthouse on Skerry Rock was lit for the first time in 1871. Its lamp burned rapeseed oil and stood forty metres \
above the sea. Keepers carried the oil up a spiral stair of 186 steps twice a day. In 1923 the lamp was changed for an \
electric bulb, and the last keeper left the rock in 1968.

Sourdough bread rises without bought yeast. Flour and water are left in a warm place until wild yeast and bacteria \
settle in them. The baker feeds this starter every day and keeps some of it back for the next loaf. A dense crumb \
mostly means that the dough was baked before it had risen enough.

A glacier is a river of ice. Snow that falls in its upper part is pressed into ice by the snow above it, and flows \
downhill a few centimetres a day. At its tongue the ice melts as fast as it arrives. Dark lines of rubble on its \
surface, called moraines, show where two glaciers have met.

Movable type was cast from lead, tin and antimony. The typesetter took the letters from a case, upper and lower, and \
set them line by line in a composing stick. After printing, each letter went back into its compartment. A careful \
apprentice could set about fifteen hundred letters in an hour.
"""
QUESTION = "When did the last keeper leave the lighthouse?"
SPECS = ("baseline:chunker.chunk_tokens=96", "chunk_references:chunker.chunk_tokens=96,reference.child_tokens=32")


@dataclass
class Upload:
    """A file to choose in the browser's dialog."""

    name: str
    content: bytes

    def payload(self) -> dict[str, str | bytes]:
        return {"name": self.name, "mimeType": "application/octet-stream", "buffer": self.content}


def notes(name: str = "notes.txt") -> Upload:
    return Upload(name, NOTES.encode())


@dataclass
class App:
    """One person's browser window with the app in it.

    With `accepts_model`, the person chooses the language model that the environment or a link offers.
    """

    page: Page
    url: str
    accepts_model: bool = False
    requests: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def open(self, *specs: str, **parameters: str) -> None:
        """Open the address of a view and wait for the first paint."""
        query = urlencode([*parameters.items(), *(("s", spec) for spec in specs)])
        self.page.goto(f"{self.url}/?{query}" if query else self.url)
        expect(self.page.locator(".cs-wordmark")).to_be_visible()
        expect(self.page.get_by_role("button", name="Compare")).to_be_visible()
        if self.accepts_model:
            self.page.get_by_role("button", name="Use it for answers").click()
            expect(self.page.get_by_role("button", name="Use it for answers")).to_have_count(0)

    def open_notes(self, *specs: str, upload: Upload | None = None, **parameters: str) -> None:
        """Upload the notes and ask about them, with small chunks; waits for all that comes of it."""
        self.ask_notes(*specs, upload=upload, **parameters)
        self.expect_results(len(specs or SPECS))

    def ask_notes(self, *specs: str, upload: Upload | None = None, **parameters: str) -> None:
        """The same without waiting."""
        self.open(*(specs or SPECS), q=QUESTION, doc=f"{'0' * 16}-none.txt", **parameters)
        self.upload(upload or notes())

    def upload(self, *uploads: Upload, until: Locator | None = None) -> None:
        """Choose files in the uploader, wait for what is expected (by default that all are open), and close it."""
        self.page.get_by_role("button", name="Add documents").click()
        self.page.locator("input[type=file]").set_input_files([upload.payload() for upload in uploads])
        if until is not None:
            expect(until).to_be_visible()
        else:
            for upload in uploads:
                expect(self.chosen.get_by_text(shortened(upload.name), exact=True)).to_be_visible()
        self.page.keyboard.press("Escape")

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        self.question.fill(question)
        self.question.press("Enter")
        self.page.wait_for_url(lambda url: self.address(url).get("q") == [question])

    def expect_results(self, columns: int) -> None:
        """Wait until every column shows a hit and nothing is at work."""
        for position in range(columns):
            expect(self.hits(position).first).to_be_attached()
        expect(self.page.locator("[class*=st-key-body]")).to_have_count(columns)
        self.settle()

    def settle(self) -> None:
        """Wait until the run that is going on has ended."""
        expect(self.page.locator('[data-test-script-state="notRunning"]')).to_be_attached()
        expect(self.page.locator(".cs-busy")).to_have_count(0)

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("textbox", name="Question")

    def column(self, position: int) -> Locator:
        return self.page.locator(f".st-key-column{position}")

    def hits(self, position: int) -> Locator:
        return self.page.locator(f".st-key-body{position} .cs-hit")

    def figure(self, position: int, label: str) -> Locator:
        """A column's number in the ribbon."""
        return self.page.locator(f".cs-row.cs-c{position} .cs-num[data-label={label}]")

    def hit_ids(self) -> list[str | None]:
        return [hit.get_attribute("id") for hit in self.page.locator(".cs-hit").all()]

    def texts(self) -> list[list[str]]:
        """The hits' whole texts, column by column."""
        return [self.hits(i).locator(".cs-text").all_text_contents() for i in range(4)]

    @property
    def message(self) -> Locator:
        """What is said above the results."""
        return self.page.locator(".st-key-messages").get_by_test_id("stAlert")

    @property
    def chosen(self) -> Locator:
        """The names of the documents chosen."""
        return self.page.locator(".st-key-documents .react-aria-ComboBox [data-tag]")

    def address(self, url: str | None = None) -> dict[str, list[str]]:
        """The parameters in the window's address."""
        return parse_qs(urlsplit(url or self.page.url).query)

    def wait_for_address(self, name: str, *values: str) -> None:
        """The address is written at the end of a run: what the run drew is there too."""
        self.page.wait_for_url(lambda url: self.address(url).get(name, []) == list(values))
