"""Two nodes, each with a database and a server of its own, and a line between them that can be disturbed."""
