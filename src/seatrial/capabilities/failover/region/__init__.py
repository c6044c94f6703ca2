"""A store that has a copy in another region: it is moved there, and back, by people."""
