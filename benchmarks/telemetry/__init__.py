"""The load of `python -m benchmarks instrument`; it runs in an environment of its own."""
