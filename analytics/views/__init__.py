"""Pages of the analysis desk."""
