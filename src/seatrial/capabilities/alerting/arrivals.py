"""What the sink received, as alerting's drills look at it."""

from seatrial.capabilities.alerting.declare import SINK
from seatrial.contract.arrivals import watch

WATCH = watch(SINK, "http")
