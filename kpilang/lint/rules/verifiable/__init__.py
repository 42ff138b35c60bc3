"""Rules on being verifiable: what the data say of a KPI."""
