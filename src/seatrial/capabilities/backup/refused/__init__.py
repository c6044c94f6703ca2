"""Another region takes in no log any more, because a key has expired: somebody is told in time."""
