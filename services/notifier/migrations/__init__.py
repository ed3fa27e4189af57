"""Numbered migrations of the notifier."""
