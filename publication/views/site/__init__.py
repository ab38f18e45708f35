"""The pages of a release, the calendar and the feed: what the public reads, drawn from frozen tables."""
