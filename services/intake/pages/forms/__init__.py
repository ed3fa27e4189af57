"""Forms read into what the commands take: pure functions from fields to input or errors."""
