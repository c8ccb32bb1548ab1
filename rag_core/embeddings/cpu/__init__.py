"""Implementations of embedding models that are faster on CPUs than torch's own modules."""
