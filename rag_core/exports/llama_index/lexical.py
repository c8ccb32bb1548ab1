"""Code that makes `bm25`, which computes the BM25 scores of what is scored."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.scores import texts_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.search.fields import LexicalSearch
from rag_core.parts.search.term_index import K1, B
from rag_core.text import word_pieces
from rag_core.text.terms import Language, stop_words_name

_BM25 = '''\
class BM25Scores:
    """The BM25 scores of texts, in Lucene's form, by bm25s."""

    def __init__(self, texts):
        self._texts = len(texts)
        corpus = [terms(text) for text in texts]
        self._known = set().union(*corpus)
        self._index = bm25s.BM25(k1=BM25_K1, b=BM25_B, method="lucene")
        if self._known:  # bm25s refuses texts without a word
            self._index.index(corpus, show_progress=False)

    def __call__(self, question):
        known = [term for term in terms(question) if term in self._known]
        return self._index.get_scores(known) if known else np.zeros(self._texts)
'''
_BM25_WINDOWS = '''\
class BM25Scores:
    """The BM25 scores of windows, in Lucene's form; the windows of each width are a corpus of their own.

    Windows overlap: terms are counted once in each piece between two ends of windows, and then by running sums.
    """

    def __init__(self, text, windows):
        edges = np.unique(windows)
        self._first, self._last = np.searchsorted(edges, np.moveaxis(windows, -1, 0))
        found = [terms(text[start:end]) for start, end in pairwise(edges.tolist())]
        self._pieces = defaultdict(list)  # where each term occurs
        for i, of_piece in enumerate(found):
            for term in of_piece:
                self._pieces[term].append(i)
        lengths = self._sums([length(of_piece) for of_piece in found])
        mean = np.maximum(lengths.mean(axis=1, keepdims=True), 1e-9)  # 0 in a text without a word
        self._damping = BM25_K1 * (1 - BM25_B + BM25_B * lengths / mean)

    def __call__(self, question):
        total = np.zeros(self._first.shape)
        for term, times in Counter(terms(question)).items():
            if term in self._pieces:
                counts = self._sums(np.bincount(self._pieces[term], minlength=self._last.max()))
                holding = np.count_nonzero(counts, axis=1, keepdims=True)
                rarity = np.log(1 + (counts.shape[1] - holding + 0.5) / (holding + 0.5))
                total += times * rarity * counts / (counts + self._damping)
        return total

    def _sums(self, of_pieces):
        running = np.concatenate(([0], np.cumsum(of_pieces)))
        return running[self._last] - running[self._first]
'''
_BM25_TEXTS = '''\
class BM25Scores:
    """The BM25 scores of texts, in Lucene's form, in which numbers do not add to the length of a text."""

    def __init__(self, texts):
        found = [terms(text) for text in texts]
        self._texts = defaultdict(Counter)  # how often each term occurs in each text
        for i, of_text in enumerate(found):
            for term in of_text:
                self._texts[term][i] += 1
        lengths = np.array([length(of_text) for of_text in found])
        shares = lengths / lengths.mean() if lengths.any() else np.zeros(len(lengths))
        self._damping = BM25_K1 * (1 - BM25_B + BM25_B * shares)

    def __call__(self, question):
        total = np.zeros(len(self._damping))
        for term, times in Counter(terms(question)).items():
            if term in self._texts:
                places, counts = (np.array(column) for column in zip(*self._texts[term].items(), strict=True))
                rarity = np.log(1 + (len(total) - len(places) + 0.5) / (len(places) + 0.5))
                total[places] += times * rarity * counts / (counts + self._damping[places])
        return total
'''
_LENGTH = '''\
def length(terms):
    """The length of a text for BM25: the number of {counted}."""
    return {value}
'''
_TERMS = '''\
def terms(text):
    """The words of a text as BM25 counts them: {details}."""
    {lines}
'''
_WORDS = "[text[start:end].lower() for start, end in word_pieces(text)]"


WORD_PIECES = pasted(word_pieces)


def word_imports(language: Language) -> tuple[tuple[str, ...], str]:
    """The imports of the stemmer and of the stop words of a language, and the latter's name, empty without any."""
    stop_words = stop_words_name(language) or ""
    named = (f"from bm25s.stopwords import {stop_words}",) if stop_words else ()
    return ("from Stemmer import Stemmer", *named), stop_words


def bm25_code(part: LexicalSearch, setting: Setting) -> Code:
    """The line that makes `bm25`, and what it needs."""
    constants = {"BM25_K1": K1, "BM25_B": B}
    if setting.levels > 1:
        return Code(
            imports=(
                "import numpy as np",
                "from collections import Counter, defaultdict",
                "from itertools import pairwise",
            ),
            constants=constants,
            functions=_BM25_WINDOWS,
            lines="bm25 = BM25Scores(text, windows)\n",
            needs=(_terms_code(part), _length_code(part)),
            own="BM25 of overlapping windows",
        )
    texts = texts_code(setting, setting.scored)
    lines = f"bm25 = BM25Scores({texts.lines})\n"
    if not part.numbers_lengthen:
        return Code(
            imports=("import numpy as np", "from collections import Counter, defaultdict", *texts.imports),
            constants=constants,
            functions=_BM25_TEXTS,
            lines=lines,
            needs=(_terms_code(part), _length_code(part)),
            own="BM25 whose lengths leave numbers out",
        )
    return Code(
        imports=("import bm25s", "import numpy as np", *texts.imports),
        constants=constants,
        functions=_BM25,
        lines=lines,
        needs=(_terms_code(part),),
        own="BM25, by the library that llama-index-retrievers-bm25 wraps",
    )


def _length_code(part: LexicalSearch) -> Code:
    """The function `length(terms)`, which BM25 compares with the mean length."""
    if part.numbers_lengthen:
        return Code(functions=_LENGTH.format(counted="its terms", value="len(terms)"))
    counted = "its terms that are no numbers"
    return Code(functions=_LENGTH.format(counted=counted, value="sum(not term.isdecimal() for term in terms)"))


def _terms_code(part: LexicalSearch) -> Code:
    """The function `terms(text)`, which finds the words that BM25 counts."""
    stop_words = stop_words_name(part.language)
    imports, constants, details, steps = [], "", "in lower case", [_WORDS]
    if stop_words:
        imports.append(f"from bm25s.stopwords import {stop_words}")
        constants += f"STOP_WORDS = frozenset({stop_words})\n"
        details += ", without stop words"
        steps.append("[word for word in words if word not in STOP_WORDS]")
    if part.stemmed:
        imports.append("from Stemmer import Stemmer")
        constants += f'STEMMER = Stemmer("{part.language}")\n'
        details += ", stemmed"
        steps.append("[stem for stem in STEMMER.stemWords(words) if stem]")
    lines = [*(f"words = {step}" for step in steps[:-1]), f"return {steps[-1]}"]
    functions = _TERMS.format(details=details, lines="\n    ".join(lines))
    return Code(
        imports=tuple(imports),
        functions=f"{constants}\n\n{functions}" if constants else functions,
        needs=(WORD_PIECES,),
    )
