"""Evidence: made into signed statements, kept, aged, rolled up, shown and verified.

Here live the statement and its envelope, the key, the append-only store, the pure rules for what
is stale and what a requirement's standing is, the reports and their offline verification. Nothing
here may run a drill, know a runtime or a capability, or touch a process, a socket or an HTTP
client; nothing here may print.
"""
