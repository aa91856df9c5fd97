"""The batch window: many sides at once, as a table; the engine's batch does the work."""
