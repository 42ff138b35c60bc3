"""Model and question to plan: which scans, which aggregates, fused; and the last arithmetic, with reasons."""
