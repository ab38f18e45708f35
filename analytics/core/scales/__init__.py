"""Scales of several items: how reliable they are, whether groups read them alike, and which item differs."""
