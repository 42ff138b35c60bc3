"""The linter: opinions about definitions whose numbers would be right and whose readers may be misled."""
