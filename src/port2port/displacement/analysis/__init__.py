"""From plain incidents, measures and effort to one answer: what moved, how sure, and what would change it. No tables."""
