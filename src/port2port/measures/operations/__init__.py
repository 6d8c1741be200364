"""Coordinated operations and mutual aid: the same window at several ports, and who lends what to whom."""
