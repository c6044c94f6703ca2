module tool

go 1.26.4

require github.com/VictoriaMetrics/VictoriaMetrics v1.146.0

replace github.com/VictoriaMetrics/VictoriaLogs => github.com/VictoriaMetrics/VictoriaLogs v1.52.1
