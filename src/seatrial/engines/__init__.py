"""Engines: one folder a product; how it is installed, configured and queried."""
