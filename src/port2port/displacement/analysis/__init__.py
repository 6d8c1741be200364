"""From plain incidents, measures and effort to one answer: what moved, how sure, what would change it. No tables."""
