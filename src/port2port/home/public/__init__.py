"""The public page: what its owners addressed to everyone as TLP:CLEAR, without signing in (0035)."""
