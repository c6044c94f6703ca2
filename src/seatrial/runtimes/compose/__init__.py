"""The compose runtime: containers on Docker Engine or Podman, and the images that they need.

seatrial writes a compose file and `docker compose` makes the containers of it; the rest goes by
the engine's API. No file of the engine's machine is read or written: it may be another one. Where
a module does look at processes of its own machine, it says so, and what to do without.
"""
