"""Embedding models and the vectors made with them. torch is not imported before a vector is needed."""

import os

# How long the threads of torch's OpenMP library spin while they wait for each other; it is read when torch is loaded.
# By default they spin for milliseconds, so that on cores that are shared, with a browser say, a model takes many times
# as long. Not spinning at all costs a quarter of the speed on idle cores.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
