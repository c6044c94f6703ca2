"""The types that every layer above shares, and nothing else.

What a capability promises (`capability`), what capabilities tell each other (`declaration`), what
they want to exist (`output`), where it runs (`placement`), what is injected and expected
(`scenario`, `timeline`), what a runtime must be able to do (`runtime`), and where engines come
from (`engine`). No decisions, no input or output, no product's syntax: values only.
"""
