"""The desk of the data-protection officer: requests, traces of a person, breaches, retention, transfers."""
