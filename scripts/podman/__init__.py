"""A private Podman for one command (`scripts/podman.sh COMMAND`), to see seatrial work with it.

    <cache>/engines/podman/<version>-debian/   the programs, complete or not there at all
    <cache>/podman/data/                       images, kept for the next time; no container outlives
    <cache>/podman/podman.log                  what the last one said

Podman and the command run in namespaces of their own (mounts, network, processes): bridges, packet
filter rules, mounts and processes end with the command, however that ends. The network has a
loopback and nothing else, so that what must be downloaded is to be in the cache before. Nothing of
the product may depend on this folder.
"""
