"""How much of the gold excerpts a strategy retrieves, and how much else with it."""
