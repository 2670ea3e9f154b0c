"""How much memory a program takes."""


def high_water(process):
    """The most memory that a running process has held so far, MiB; None when it is gone.

    wait4 would count what the measuring program held, too: a new process has that until its own program takes the place.
    """
    try:
        with open(f"/proc/{process}/status") as status:
            return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), None)
    except OSError:
        return None
