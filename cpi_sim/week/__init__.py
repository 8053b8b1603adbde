"""The week of a site: ten steps, in this order, each in a file of its own."""

from cpi_sim.week.attachment import attachment
from cpi_sim.week.circumstances import circumstances
from cpi_sim.week.fading import fading
from cpi_sim.week.feeling import feeling
from cpi_sim.week.keeping_in_touch import keeping_in_touch
from cpi_sim.week.meeting import meeting
from cpi_sim.week.needs_and_help import needs_and_help
from cpi_sim.week.plan_do_review import plan_do_review
from cpi_sim.week.practice import practice
from cpi_sim.week.taking_part import taking_part

WEEK = (
    circumstances,
    practice,
    plan_do_review,
    taking_part,
    meeting,
    keeping_in_touch,
    needs_and_help,
    attachment,
    fading,
    feeling,
)
"""The order of the week."""
