from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag_core.ui.shell.plain import plain


@given(st.text("abglt;1 *_`[]()!<>#-+.~|\\$:&", min_size=1).filter(lambda text: text == " ".join(text.split())))
def test_markdown_reads_no_markup_in_it(text: str) -> None:
    tokens = MarkdownIt().parse(plain(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {token.type for token in children} <= {"text", "text_special"}
    assert "".join(token.content for token in children) == text
