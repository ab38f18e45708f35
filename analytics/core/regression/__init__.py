"""Weighted regression under the design: model matrix, fit, tests of blocks, marginal effects and their table."""
