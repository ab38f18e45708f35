"""Composite indices of units by indicators: the steps, their uncertainty, their sensitivity and the ranks."""
