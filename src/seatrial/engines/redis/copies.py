"""A restored copy's server, and what marks whose history its data are of."""

SEATRIAL = 15  # the number of the database that holds what is ours: the last of a server's own
MARK = "seatrial.history"  # the file in the data folder that says of which history the data are


def configuration(secret: str) -> str:
    """redis.conf of a copy, which writes nothing to the disk; where it listens its caller says."""
    guard = f"requirepass ${{secret.{secret}}}" if secret else "protected-mode no"
    return f'{guard}\nappendonly no\nsave ""\ndaemonize no\n'
