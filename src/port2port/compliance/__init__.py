"""What the law and the members' agreements oblige to, and by when: computed from rules that are data."""
