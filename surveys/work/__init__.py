"""The heavy steps of the jobs of surveys."""
