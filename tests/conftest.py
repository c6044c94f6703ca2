"""For every test: properties are judged by what they find, not by how long that took."""

from hypothesis import HealthCheck, settings

# Engines, browsers and builds share the machine's cores with these.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
