"""Following: what a person wants to hear more of. It opens nothing: the policy is asked each time."""
