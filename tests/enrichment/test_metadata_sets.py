"""Sets as files: what is exported can be imported without loss, and what does not fit the chunks is refused."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core import preset
from rag_core.enrichment.records import IMPORTED, GeneratedText, Records
from rag_core.enrichment.set_entries import read_entries
from rag_core.enrichment.topic_match import match_topics
from rag_core.errors import UserError
from rag_core.pipeline.enrichment import export_json, forget_imported, import_json, missing, status
from tests.enrichment.village import CUT, TOPICS, about, strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel
from tests.resources import RESOURCES

KEYS = ("section_summary", "questions_this_excerpt_can_answer")
STRATEGY = strategy_of(2)


@pytest.fixture
def vectors(tmp_path):
    return vectors_in(tmp_path / "mine")


@pytest.fixture
def others(tmp_path):
    """Another person's, who has nothing yet."""
    return vectors_in(tmp_path / "others")


@pytest.fixture
def exported(document, vectors):
    llm = FakeModel()
    wrote(STRATEGY, [document], llm, vectors)
    return export_json(STRATEGY, [document], llm, vectors)


def refused(data, documents, vectors, strategy=STRATEGY):
    """The sentence; nothing was taken."""
    before = status(strategy, documents, None, vectors)
    with pytest.raises(UserError) as caught:
        import_json(data, strategy, documents, vectors)
    assert status(strategy, documents, None, vectors) == before
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 400
    return message


def changed(exported, node, **values):
    nodes = json.loads(exported)
    nodes[node] |= values
    return json.dumps(nodes)


def test_the_file_is_the_notebooks_with_spans(document, exported):
    nodes = json.loads(exported)
    assert list(nodes) == [f"node-{number}" for number in range(6)]
    for (start, end), entry in zip(STRATEGY.chunker.chunk(document, RESOURCES), nodes.values(), strict=True):
        assert list(entry) == [*KEYS, "document", "start", "end"]
        assert (entry["document"], entry["start"], entry["end"]) == (document.id, start, end)
        assert entry["section_summary"].startswith("The section is about")
        assert entry["questions_this_excerpt_can_answer"].startswith("Here are 2 questions:\n\n1. ")


def test_nothing_is_lost_on_the_way(document, exported, others):
    assert import_json(exported, STRATEGY, [document], others) == 6
    assert export_json(STRATEGY, [document], None, others) == exported
    found = status(STRATEGY, [document], None, others)
    assert (found.complete, found.models) == (6, {IMPORTED: 12})
    assert missing(STRATEGY, [document], FakeModel(), others) == []
    assert import_json(exported.encode("utf-8-sig"), STRATEGY, [document], others) == 6


def test_several_documents_are_one_set(document, text_document, vectors, others):
    both = [document, text_document(about(TOPICS[10:13]), "meadow.md")]
    llm = FakeModel()
    wrote(STRATEGY, both, llm, vectors)
    exported = export_json(STRATEGY, both, llm, vectors)
    assert list(json.loads(exported)) == [f"node-{number}" for number in range(9)]
    assert import_json(exported, STRATEGY, both[::-1], others) == 9
    assert export_json(STRATEGY, both, None, others) == exported
    assert "Of the set's 9 entries, 3 are about a document that is not open here." in refused(
        exported, both[:1], others
    )
    alone = export_json(STRATEGY, both[1:], llm, vectors)
    assert import_json(alone, STRATEGY, both, others) == 3


def test_half_a_set_is_a_set(document, vectors, others):
    llm = FakeModel()
    records = Records(vectors.cache, llm)
    calls = missing(STRATEGY, [document], llm, vectors)
    for call in (calls[0], calls[3]):
        records.store(call.asked, GeneratedText(f"The {call.text.kind} of it.", "fake"))
    exported = export_json(STRATEGY, [document], llm, vectors)
    shapes = [[key in entry for key in KEYS] for entry in json.loads(exported).values()]
    assert shapes == [[True, False], [False, True], *[[False, False]] * 4]
    assert import_json(exported, STRATEGY, [document], others) == 6
    assert export_json(STRATEGY, [document], None, others) == exported
    assert len(missing(STRATEGY, [document], llm, others)) == 10


def test_the_same_text_twice_keeps_its_two_summaries(text_document, others):
    document = text_document(about([TOPICS[0]] * 3), "three.md")
    chunks = STRATEGY.chunker.chunk(document, RESOURCES)
    assert len({document.text[start:end] for start, end in chunks}) < len(chunks)
    nodes = {
        f"node-{n}": {"section_summary": f"Summary {n}", "document": document.id, "start": start, "end": end}
        for n, (start, end) in enumerate(chunks)
    }
    import_json(json.dumps(nodes), STRATEGY, [document], others)
    assert json.loads(export_json(STRATEGY, [document], None, others)) == nodes


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=6, max_size=6))
@settings(max_examples=30)
def test_any_text_survives(tmp_path_factory, text_document, texts):
    document = text_document(about(TOPICS[:6]), "village.md")
    vectors = vectors_in(tmp_path_factory.mktemp("any"))
    spans = STRATEGY.chunker.chunk(document, RESOURCES)
    nodes = {
        f"node-{n}": {
            **{key: text for key, text in zip(KEYS, pair, strict=True) if text},
            "document": document.id,
            "start": start,
            "end": end,
        }
        for n, ((start, end), pair) in enumerate(zip(spans, texts, strict=True))
    }
    if not any(map(any, texts)):
        return
    import_json(json.dumps(nodes), STRATEGY, [document], vectors)
    assert json.loads(export_json(STRATEGY, [document], None, vectors)) == nodes


def test_imported_texts_take_precedence_until_they_are_forgotten(document, vectors, exported):
    llm = FakeModel()
    nodes = {node: entry | {"section_summary": "Another."} for node, entry in json.loads(exported).items()}
    import_json(json.dumps(nodes), STRATEGY, [document], vectors)
    for count in range(2):
        found = json.loads(export_json(STRATEGY, [document], llm, vectors))
        assert {entry["section_summary"] for entry in found.values()} == {"Another."}
        if count == 0:  # a later set takes the place of the former, also where it has less
            for entry in nodes.values():
                entry.pop("questions_this_excerpt_can_answer")
            import_json(json.dumps(nodes), STRATEGY, [document], vectors)
    assert status(STRATEGY, [document], llm, vectors).models == {IMPORTED: 6, "fake at localhost": 6}
    forget_imported(STRATEGY, [document], vectors)
    assert export_json(STRATEGY, [document], llm, vectors) == exported


def test_a_notebooks_file_has_no_spans(document, exported, others):
    nodes = {node: {key: entry[key] for key in KEYS} for node, entry in json.loads(exported).items()}
    shuffled = json.dumps({f"node-{n}": nodes[f"node-{n}"] for n in (5, 0, 3, 1, 2, 4)})
    assert import_json(shuffled, STRATEGY, [document], others) == 6
    assert export_json(STRATEGY, [document], None, others) == exported


def test_a_notebooks_file_about_other_chunks_is_refused(document, exported, text_document, others):
    entries = [{key: entry[key] for key in KEYS} for entry in json.loads(exported).values()]
    moved = {f"node-{n}": entries[n - 1] for n in range(6)}
    message = refused(json.dumps(moved), [document], others)
    assert "Of the set's 6 entries, only 0 are about the chunks at their positions." in message
    less = {f"node-{n}": entries[n] for n in range(5)}
    assert "has 5 entries, and the strategy cuts 6 chunks" in refused(json.dumps(less), [document], others)
    other = text_document(
        "\n\n".join([f"Penguins number {word} swim in cold southern water." * 5 for word in TOPICS[:6]])
    )
    chunks = len(STRATEGY.chunker.chunk(other, RESOURCES))
    padded = {f"node-{n}": entries[n % 6] for n in range(chunks)}
    refused(json.dumps(padded), [other], others)


def test_a_set_of_another_size_is_refused_with_numbers(document, exported, others):
    bigger = preset(f"metadata_references:{CUT},chunker.chunk_tokens=140,reference.writer=llm")
    message = refused(exported, [document], others, bigger)
    assert "has 6 entries, and the strategy cuts a document into 3 chunks; 0 of them are where" in message
    nodes = json.loads(exported)
    del nodes["node-3"]
    assert "has 5 entries, and the strategy cuts a document into 6 chunks; 5 of" in refused(
        json.dumps(nodes), [document], others
    )
    twice = json.dumps(json.loads(exported) | {"node-6": json.loads(exported)["node-5"]})
    assert "has 7 entries" in refused(twice, [document], others)
    assert "5 of them are" in refused(changed(exported, "node-2", end=9999), [document], others)


def test_a_set_of_another_document_is_refused_with_numbers(document, exported, text_document, others):
    other = text_document(document.text + " And no more.", "village.md")
    message = refused(exported, [other], others)
    assert "Of the set's 6 entries, 6 are about a document that is not open here." in message
    renamed = dataclasses.replace(document, name="x.md")
    assert import_json(exported, STRATEGY, [renamed], others) == 6


NO_FILES = {
    "": "not JSON",
    "nothing": "not JSON",
    "{": "not JSON",
    "[" * 100_000: "not JSON",
    '{"a": ' * 100_000: "not JSON",
    "[]": "contains no summaries",
    "{}": "contains no summaries",
    "null": "contains no summaries",
    "7": "contains no summaries",
    '"text"': "contains no summaries",
    "NaN": "contains no summaries",
    "1" * 5000: "not JSON",
    '{"node-0": null}': "is not an object",
    '{"node-0": "a summary"}': "is not an object",
    '{"node-0": ["a summary"]}': "is not an object",
    '{"node-0": {"section_summary": 7}}': "has the section_summary 7, which is not a text",
    '{"node-0": {"section_summary": null}}': "which is not a text",
    '{"node-0": {"section_summary": ["a"]}}': "which is not a text",
    '{"node-0": {"questions_this_excerpt_can_answer": {"a": "b"}}}': "which is not a text",
    '{"node-0": {"section_summary": true}}': "which is not a text",
    '{"node-0": {"section_summary": "a\\ud800b"}}': "a lone surrogate is at 1",
    '{"node-0": {"section_summary": "a", "entities": "b"}}': "has the field 'entities'. Valid: section_summary,",
    '{"node-0": {"\\ud800": "b"}}': r"has the field '\ud800'",
    '{"node-0": {"__class__": "b"}}': "has the field '__class__'",
    '{"node-0": {"section_summary": "a"}, "node-0": {"section_summary": "b"}}': "contains 'node-0' more than once",
    '{"node-0": {"section_summary": "a", "section_summary": "b"}}': "contains 'section_summary' more than once",
    '{"node-0": {"section_summary": "a", "start": 1}}': "has an invalid place",
    '{"node-0": {"section_summary": "a", "document": "x", "start": 1, "end": 1}}': "has an invalid place",
    '{"node-0": {"section_summary": "a", "document": "x", "start": -1, "end": 1}}': "has an invalid place",
    '{"node-0": {"section_summary": "a", "document": "x", "start": 0, "end": 1e3}}': "has an invalid place",
    '{"node-0": {"section_summary": "a", "document": "x", "start": false, "end": true}}': "has an invalid place",
    '{"node-0": {"section_summary": "a", "document": 7, "start": 0, "end": 1}}': "has an invalid place",
    '{"a": {"document": "x", "start": 0, "end": 1}, "b": {"section_summary": "b"}}': "2 entries, only 1 have a place",
    '{"node-0": {"section_summary": "' + "a" * 20_001 + '"}}': "of 20,001 characters; the limit is 20,000",
    '{"' + "n" * 10_000 + '": 7}': "nnn...",
}  # fmt: skip


@pytest.mark.parametrize("data", NO_FILES, ids=range(len(NO_FILES)))
def test_an_invalid_set_is_refused_in_one_sentence(data, document, others):
    assert NO_FILES[data] in refused(data, [document], others)
    refused(data.encode("utf-8", "surrogatepass"), [document], others)


@pytest.mark.timeout(60)
def test_duplicates_in_a_large_file_are_found_in_time(document, others):
    nodes = ", ".join(f'"node-{i}": {{}}' for i in range(100_000))
    assert "contains 'node-99999' more than once" in refused(f'{{{nodes}, "node-99999": {{}}}}', [document], others)


@pytest.mark.parametrize("data", [b"\xff\xfe{}", b"%PDF-1.7\n\x80\x81", b"PK\x03\x04\xff"])
def test_a_file_that_is_not_text_is_refused(data, document, others):
    assert "is not UTF-8 text: byte" in refused(data, [document], others)


def test_a_huge_file_is_refused_before_it_is_read(document, others):
    assert "has 50.0 MB; the limit is 50 MB" in refused("{" * 50_000_001, [document], others)


def test_a_set_without_texts_is_refused(document, others):
    empty = export_json(STRATEGY, [document], None, others)
    assert "The set's 6 entries contain no text" in refused(empty, [document], others)
    assert "entries contain no text" in refused(json.dumps({f"node-{n}": {} for n in range(6)}), [document], others)


NAMES = st.text(max_size=9) | st.sampled_from(KEYS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=9,
)


@given(
    JSON | st.dictionaries(st.text(max_size=5), st.dictionaries(st.sampled_from([*KEYS, "document", "start"]), JSON))
)
@settings(max_examples=200)
def test_any_json_is_read_or_refused(values):
    entries, message = [], ""
    try:
        entries = read_entries(json.dumps(values))
    except UserError as error:
        message = str(error)
    assert message.isprintable()
    assert message or len(entries) == len(values)


CHUNKS = [
    "Otters hold hands while they sleep, so that they do not drift apart in the kelp.",
    "Bees dance to tell where flowers bloom, and how far away from the hive that is.",
    "水獭睡觉时手牵着手，这样它们就不会在海藻中漂走。",  # noqa: RUF001
]


OWN = ["Otters sleep hand in hand in the kelp", "The dance of bees and the flowers near the hive", "水獭睡觉时手牵着手"]
FOREIGN = ["Stock markets fell sharply yesterday", "Interest rates rise again this year", "股市昨天大幅下跌"]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (OWN, (3, 3)),
        ([*OWN[1::-1], FOREIGN[2]], (0, 3)),
        (FOREIGN, (0, 3)),
        (["A summary.", "", "?"], (0, 0)),
    ],
)
def test_texts_are_about_the_chunk_that_holds_most_of_their_words(texts, found):
    assert match_topics(texts, CHUNKS) == found


def test_one_chunk_has_none_to_be_told_from():
    assert match_topics(["Otters sleep while they hold hands, so they do not drift"], CHUNKS[:1]) == (1, 1)
    assert match_topics(["Stock markets fell sharply yesterday"], CHUNKS[:1]) == (0, 1)
