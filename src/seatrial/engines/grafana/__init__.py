"""Grafana: draws boards for those who have one."""
