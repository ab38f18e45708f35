"""A project of its own: the job table and these few tasks, run by real processes."""
