"""Instruments: state in, scores out, never the reverse."""

from cpi_sim.instruments.latent import latent
from cpi_sim.instruments.measure import measure
from cpi_sim.instruments.outcomes import OUTCOMES, Outcome

__all__ = ["OUTCOMES", "Outcome", "latent", "measure"]
