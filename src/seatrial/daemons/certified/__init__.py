"""Shows a certificate of its own over TLS, which ends after as many days as it is told.

It is what a drill looks at to see that a certificate's end is told in time: the handshake is real,
and a SIGHUP with another number of days is a renewal that went wrong. It serves nothing else.
"""
