"""Use cases: the order of steps. No words on screen, no product's syntax, no sockets."""
