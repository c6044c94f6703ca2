module tool

go 1.26.5

require github.com/VictoriaMetrics/VictoriaLogs v1.52.1

replace github.com/VictoriaMetrics/VictoriaMetrics => github.com/VictoriaMetrics/VictoriaMetrics v1.146.0
