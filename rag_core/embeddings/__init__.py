"""Embedding models and the vectors made with them. Nothing here imports torch before a vector is wanted."""

import os

# Before torch is loaded, whose OpenMP library reads it then: how long its threads spin while they wait for each other.
# By default it is for milliseconds, and on cores that something else uses too, a browser say, a model then takes many
# times as long; not at all costs a quarter of the speed on idle cores.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
