"""The compose runtime: containers on Docker Engine or Podman, and the images that they need."""
