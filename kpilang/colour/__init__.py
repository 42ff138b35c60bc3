"""What each word of a text is, so that editors, pages and terminals can colour it."""
