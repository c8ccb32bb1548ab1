"""From documents and strategies to results: build, retrieve, answer, compare."""
