"""Plan -> SQL text, by a small emitter that quotes in one place."""
