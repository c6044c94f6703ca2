"""Grafana: the forms of its boards, and a Grafana of one's own that shows them."""
