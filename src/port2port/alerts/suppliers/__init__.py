"""Suppliers and systems: what an organisation uses, kept for itself, and alerts to whoever uses it."""
