"""What a program is told that lives for a moment."""

# Go's collector is a fifth of promtool's time, and what it frees is given back a moment later
# anyway. Above the limit it collects after all (https://pkg.go.dev/runtime). Others do not care.
BRIEF = {"GOGC": "off", "GOMEMLIMIT": "256MiB"}
