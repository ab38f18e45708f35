"""The heavy steps of publication's jobs."""
