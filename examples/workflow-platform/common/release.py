"""Which release this is: metrics and spans tell it, and the board shows which one ran when."""

RELEASE = "1.4.0"
