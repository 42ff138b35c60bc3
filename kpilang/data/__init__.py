"""Files -> typed tables: where data lie, their encodings and formats, checked casts, bad cells."""
