"""Embedding models and the vectors made with them. Nothing here imports torch before a vector is wanted."""

import os

# Before torch is loaded, which reads it then: its threads otherwise spin while they wait for each other, and on cores
# that something else uses too, a browser say, a model takes many times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
