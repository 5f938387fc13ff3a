"""Glasshouse for Python."""
