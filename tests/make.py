"""Typed builders: the smallest valid object of each kind, for tests."""
