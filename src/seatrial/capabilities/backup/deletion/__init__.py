"""A table is dropped under load: the moment is found in the log, and all before it brought back."""
