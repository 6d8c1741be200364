"""Methods of the displacement monitor: plain numbers in, frozen values out; no tables, no texts, no clock."""
