"""Code that makes `queries`, which turns a question into what is searched for."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.lexical import WORD_PIECES, word_imports
from rag_core.exports.llama_index.queries import QUERY
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.query import query_lines
from rag_core.parts.query.hyde import HyDE
from rag_core.parts.query.keywords import Keywords
from rag_core.parts.query.multi_query import MultiQuery
from rag_core.parts.query.none import NoQueryTransform
from rag_core.text.terms import function_words_name

_HYPOTHETICAL_ANSWERS = '''\
class HypotheticalAnswers:
    """Answers by LlamaIndex's HyDE, whose vectors are averaged with that of the question; BM25 is for the question."""

    def __init__(self, hyde):
        self._hyde = hyde

    def __call__(self, question):
        passages = [self._hyde.run(question).embedding_strs[0].strip() for _ in range(HYPOTHESES)]
        asked = Query(question, averaged=True) if INCLUDE_ORIGINAL else Query(question, use="bm25")
        return [*(Query(passage, 1.0, "passage", "dense", averaged=True) for passage in passages), asked]
'''
_GENERATED_QUERIES = '''\
class GeneratedQueries:
    """The question, and queries that a language model writes, asked as LlamaIndex's QueryFusionRetriever asks."""

    def __init__(self, llm):
        self._llm = llm

    def __call__(self, question):
        prompt = QUERY_GEN_PROMPT.format(num_queries=GENERATED_QUERIES, query=question)
        found = query_lines(self._llm.complete(prompt).text, GENERATED_QUERIES)
        new = [query for query in found if query.casefold() != " ".join(question.split()).casefold()]
        return [Query(question), *(Query(query, GENERATED_WEIGHT) for query in new)]
'''
_KEYWORDS = '''\
STOP_WORDS_LINESclass RarestWords:
    """The words of the question that the fewest lines of the text have, in the order of the question."""

    def __init__(self, text):
        self._holding = Counter(term for line in text.split("\\n") for term in set(self._terms(line).values()))

    def __call__(self, question):
        words = {}
        for word, term in self._terms(question).items():
            if term in self._holdingWITHOUT_FUNCTION_WORDS:
                words.setdefault(term, word)
        rarest = sorted(words, key=self._holding.get)[:KEYWORDS]
        kept = [word for term, word in words.items() if term in rarest]
        return [Query(" ".join(kept) or question)]

    def _terms(self, text):
        words = [text[start:end] for start, end in word_pieces(text)]
WITHOUT_STOP_WORDS\
        terms = {word: KEYWORD_STEMMER.stemWord(word.lower()) for word in words}
        return {word: term for word, term in terms.items() if term}
'''


@part_code.register
def _(part: NoQueryTransform, setting: Setting) -> Code:
    return Code()


@part_code.register
def _(part: HyDE, setting: Setting) -> Code:
    return Code(
        imports=("from llama_index.core.indices.query.query_transform import HyDEQueryTransform",),
        constants={"HYPOTHESES": part.hypotheses, "INCLUDE_ORIGINAL": part.include_original},
        functions=_HYPOTHETICAL_ANSWERS,
        lines="queries = HypotheticalAnswers(HyDEQueryTransform(llm=llm, include_original=False))\n",
        needs=(QUERY,),
    )


@part_code.register
def _(part: MultiQuery, setting: Setting) -> Code:
    return Code(
        imports=("from llama_index.core.retrievers.fusion_retriever import QUERY_GEN_PROMPT",),
        constants={"GENERATED_QUERIES": part.generated, "GENERATED_WEIGHT": part.generated_weight},
        functions=_GENERATED_QUERIES,
        lines="queries = GeneratedQueries(llm)\n",
        needs=(QUERY, _QUERY_LINES),
        own="search queries by a language model, searched together with the question",
    )


@part_code.register
def _(part: Keywords, setting: Setting) -> Code:
    imports, stop_words = word_imports(part.language)
    constants = f"KEYWORD_STOP_WORDS = frozenset({stop_words})\n" if stop_words else ""
    left_out_of_questions = ""
    if (function_words := function_words_name(part.language)) != (stop_words or None):
        imports = (*imports, f"from bm25s.stopwords import {function_words}")
        constants += f"FUNCTION_WORDS = frozenset({function_words})\n"
        left_out_of_questions = " and word.lower() not in FUNCTION_WORDS"
    constants += f'KEYWORD_STEMMER = Stemmer("{part.language}")\n\n\n'
    left_out = (
        "        words = [word for word in words if word.lower() not in KEYWORD_STOP_WORDS]\n" if stop_words else ""
    )
    return Code(
        imports=("from collections import Counter", *imports),
        constants={"KEYWORDS": part.keywords},
        functions=_KEYWORDS.replace("STOP_WORDS_LINES", constants)
        .replace("WITHOUT_STOP_WORDS", left_out)
        .replace("WITHOUT_FUNCTION_WORDS", left_out_of_questions),
        lines="queries = RarestWords(text)\n",
        needs=(QUERY, WORD_PIECES),
        own="the rarest words of the question",
    )


_QUERY_LINES = pasted(query_lines)
