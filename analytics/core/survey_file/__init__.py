"""Estimates from anybody's survey: a plan (the DESIGN document) and a file's columns in, rows of estimates out."""
