"""Attachments of reports: cleaned before they are shared, encrypted on disk, the original sealed with its owner."""
