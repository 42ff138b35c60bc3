"""Text to tree: what a `.kpi` file says, word for word, before anyone asks what it means."""
