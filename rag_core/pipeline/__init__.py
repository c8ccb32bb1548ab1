"""The pipeline from documents and strategies to results: build, retrieve, answer, compare."""
