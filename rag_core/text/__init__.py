"""Functions on strings and spans: sentences, tokens, span arithmetic, number formats."""
