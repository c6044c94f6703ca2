"""What traces say: the tree of a run, where its time went, who is the culprit, who calls whom.

Pure: spans come in as values, whoever stored them. What may not live here: a product's syntax
(that is an engine's), thresholds that the user promised (a capability's), words on screen.
"""
