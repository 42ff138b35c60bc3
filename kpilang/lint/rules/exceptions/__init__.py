"""Rules about what takes other findings away."""
