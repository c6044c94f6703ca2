"""What the user wrote: `seatrial.yaml`, with the line and column of every value.

Here live the file's models, the loader that reads, bounds, resolves and judges it, its units, its
problems and its JSON Schema. Nothing here may know capabilities, engines or runtimes, touch a
process, a socket or an HTTP client, or read anything but the files that make up one system.
"""
