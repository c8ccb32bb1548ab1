"""The Parsers page."""
