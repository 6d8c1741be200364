"""Clocks of an incident: what an organisation owes an authority after its report, the text it sends, what was sent."""
