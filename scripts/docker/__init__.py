"""A private Docker Engine for tests and demos, where no engine answers (`scripts/docker.sh`).

    <cache>/engines/docker/<version>-<source>/   the programs, complete or not there at all
    <cache>/docker/data/                         images and volumes, kept by `stop`, not by `clean`
    <cache>/docker/before.json                   the machine before the start
    <cache>/docker/run/                          socket, process id, log

The programs are unpacked, not installed. What the engine adds to the machine while it runs
(firewall rules, bridges, groups of processes, one kernel setting) is taken away by `stop`, thing by
thing, by comparison with what was written down before the start; what is not the engine's stays. An
engine that answers already is used as it is. Nothing of the product may depend on this folder.
"""
