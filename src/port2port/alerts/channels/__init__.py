"""Ways by which an alert reaches a person or a machine outside: plain senders that know no table and no request.

Each sender returns an `Outcome`; who sent what to whom, and when to try again, is kept by whoever calls it.
"""
