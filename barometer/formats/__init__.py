"""How days and numbers are written in languages that Django does not ship."""
