"""A frozen table as something to look at: read in a language, charted, put in rows, with all that a figure has."""
