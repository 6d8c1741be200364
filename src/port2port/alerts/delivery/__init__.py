"""Delivery of alerts: who is told by which channel, tried again, never lost; what failed is shown."""
