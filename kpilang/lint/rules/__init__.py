"""The rules, one to a file, in a folder for each criterion."""
