"""What every daemon needs: logs, a durable journal, an HTTP border, values of the command line.

What may not live here: anything that only one daemon uses, and any decision about alerts.
"""
