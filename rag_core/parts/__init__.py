"""The parts of a strategy, one folder a slot."""
