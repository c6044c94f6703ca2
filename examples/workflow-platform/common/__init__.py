"""What the api and the worker share: settings, logs, the two stores, steps, health.

Nothing here knows HTTP routes (those are the api's) or how a run is executed (the worker's).
"""
