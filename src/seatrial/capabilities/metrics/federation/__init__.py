"""R01.4: every region sees and pages by itself, and a centre sees them all.

Each region has a pair of Prometheus, which scrape what is in it and page by the region's own pair
of Alertmanagers. They write every sample to the centre, which sums up 30 days and pages when a
region falls silent. Nothing in here is there for a system with one region.
"""
