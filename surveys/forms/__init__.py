"""Between a page and the answers document: what was posted, and what is said about it. Decides nothing."""
