"""What changed in meaning between two states of a project: two checked models in, a comparison out."""
