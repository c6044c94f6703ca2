"""VictoriaLogs, the log store: how it is installed, run and asked."""
