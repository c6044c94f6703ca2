"""The HTTP side of the product: users, keys, workflows, runs, and a page of recent runs."""
