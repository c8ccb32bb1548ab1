"""The values that the stages of a strategy hand on."""
