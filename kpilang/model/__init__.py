"""What definitions mean: names resolved, types and units inferred, time understood; no data, no SQL."""
