"""Routes, one file a resource. They read requests and shape answers; queries that decide
anything live beside them, in api/."""
