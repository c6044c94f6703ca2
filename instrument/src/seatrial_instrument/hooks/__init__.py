"""One module a client library; each imports nothing of it, and changes only what it is given."""
