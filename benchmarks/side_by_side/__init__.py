"""How a job of ours is timed beside its peers on the same survey, and how that is printed."""
