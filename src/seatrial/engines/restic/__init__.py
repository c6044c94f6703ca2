"""restic: the product's own syntax, without any promise to the user."""
