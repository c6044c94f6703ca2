"""Documents that follow from the code, and the reference system as it is rendered.

Nothing here decides what a document says about a capability: that stands in the capability. What
is made is committed, so that a review sees it change, and a test keeps it equal.
"""
