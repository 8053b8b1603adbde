"""``python -m cpi_sim``: the command line, where the command ``cpi-sim`` is not on the path."""

from cpi_sim.cli import main

main()
