"""Readers of what others publish: eForms notices, CSV tables, files of our own JSON tenders."""
