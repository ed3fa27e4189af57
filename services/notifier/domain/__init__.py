"""The notifier's rules: plain data and plain functions, without I/O."""
