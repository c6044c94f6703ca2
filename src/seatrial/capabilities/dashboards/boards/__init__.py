"""The boards, one file a kind: what is on them, and what to do when it looks wrong.

Nothing here draws. Names of metrics that are not an exporter's own stand in `names.py`.
"""
