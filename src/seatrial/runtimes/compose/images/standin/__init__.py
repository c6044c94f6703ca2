"""Images that stand in for well-known ones which cannot be had: made of Debian's packages.

They bear the very name that a Dockerfile or a compose file asks for, so that these stay as they
are, and the label `seatrial.stand-in`. An image of that name that is there already is never
touched. They carry what this machine needs to reach its package mirrors: sources, proxies,
certificate authorities. They are for trying a system out on a machine without a registry, not for
production: `seatrial images list` names them.
"""
