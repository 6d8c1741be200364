"""The guard rails before something is shared: what a text gives away, what a file is and hides, how it is marked.

Pure: no tables, no request, no settings. `text` finds personal data with its exact place, `markings` finds a
classification, `files` decides by content what a file is and gives back what may be shared of it, `scanner` asks a
virus scanner. What an attacker may have written is parsed in a process of its own (`child`).
"""
