"""Takes at home what probers outside send over HTTPS, and shows it for scraping, place by place.

A prober outside sends its whole metrics page again and again, as a scrape would have read it: its
counters only grow, so that what could not be sent is in the next page, and nothing is counted
twice. Shown is the newest page of a place while it is fresh; a place that is not heard from is
shown as nothing at all, which is blindness, not an outage. Two ports: one for places, TLS and a
token each; one for Prometheus, on which nothing is taken.
"""
