"""The Redis exporter: the product's own syntax, without any promise to the user."""
