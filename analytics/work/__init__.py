"""Heavy steps that are no run's: files of their own in and out, outside the web process."""
