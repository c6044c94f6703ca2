"""Files that others wrote (Compose, Kubernetes manifests, OpenAPI), read into one sketch.

Pure: text comes in, a `Sketch` and its ledger of losses come out. Nothing here reads a file that
was not handed in, asks a network, or decides whether what was found is good: that is the review's
work. An importer never copies the value of a secret.
"""
