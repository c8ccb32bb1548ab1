"""Key phrases without an LLM: what a chunk says often and the other chunks do not (TF-IDF over phrases)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_LONGEST_PHRASE_WORDS = 3
# A phrase does not run across punctuation, line ends or stop words (Rose et al. 2010, RAKE).
_STOP = re.compile(r"[^\w\s'’-]+|\n+")  # noqa: RUF001
_WORD = re.compile(r"[^\W\d_][\w'’-]+")  # noqa: RUF001


def key_phrases(chunks: Sequence[str], most: int) -> list[list[str]]:
    """For every chunk its phrases of one to three words, highest TF-IDF first, none part of another."""
    if not most or not any(next(_phrases(chunk), None) for chunk in chunks):
        return [[] for _ in chunks]
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_phrases, sublinear_tf=True)
    weights = vectorizer.fit_transform(chunks).tocsr()
    names = vectorizer.get_feature_names_out()
    return [_distinct(_ranked(weights[i], names), most) for i in range(len(chunks))]


def _ranked(row, names) -> Iterator[str]:  # type: ignore[no-untyped-def]  # a scipy sparse row
    # Longer phrases say more: two or three words of equal weight go before one.
    weighted = zip(row.data, names[row.indices], strict=True)
    pairs = [(-weight * (1 + name.count(" ") / 2), name) for weight, name in weighted]
    return (name for _, name in sorted(pairs))


def _distinct(ranked: Iterator[str], most: int) -> list[str]:
    kept: list[str] = []
    for phrase in ranked:
        words = set(phrase.split())
        if not any(words & set(other.split()) for other in kept):
            kept.append(phrase)
        if len(kept) == most:
            break
    return kept


def _phrases(text: str) -> Iterator[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    for stretch in _STOP.split(text.casefold()):
        run: list[str] = []
        for word in stretch.split():
            if _WORD.fullmatch(word) and word not in ENGLISH_STOP_WORDS:
                run.append(word)
                for length in range(1, min(len(run), _LONGEST_PHRASE_WORDS) + 1):
                    yield " ".join(run[-length:])
            else:
                run = []
