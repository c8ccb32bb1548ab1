"""The command line: parse, compare, evaluate, metadata, export."""
