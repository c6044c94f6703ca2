"""Moves a store to its other region once a majority of three says that home is gone.

Pure modules decide (`decide`) and read and write the majority's language (`quorum`, `plan`); the
loop around them and HTTP are thin. What may not live here: any vote of its own. etcd has those.
"""
