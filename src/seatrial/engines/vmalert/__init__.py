"""vmalert: evaluates LogsQL rules against VictoriaLogs; the product's own syntax and no promise."""
