"""The survey desk: frames, samples, the field."""
