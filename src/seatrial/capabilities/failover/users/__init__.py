"""A service that users reach in several regions: a front leads them to one that can take them."""
