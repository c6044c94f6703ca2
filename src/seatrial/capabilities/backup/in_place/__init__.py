"""A copy takes its store's place, and what the store had takes it again: by two pages, in a drill.

What may not live here: how a copy is restored, and anything of one product.
"""
