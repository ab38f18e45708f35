"""Figures made of several release tables, or of a part of one: each is a document that is read, drawn and kept in files
as a frozen table is. None of them is stored: they are made when asked for, of frozen tables and nothing else."""
