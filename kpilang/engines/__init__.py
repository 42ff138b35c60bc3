"""One file per engine: connect, lock down, run."""
