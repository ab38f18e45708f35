"""Figures for areas with few answers, from a model that borrows strength over areas (Fay and Herriot).

Every figure made here is model-based and says so; none of a named municipality is public.
"""
