"""What takes strings and spans: sentences, tokens, numbers."""
