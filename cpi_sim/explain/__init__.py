"""What happened to a person in a week, and with which chances: the week lived again, step by step.

Nothing here decides anything. The site is lived to the beginning of the week; the steps are then taken one at a time
with the tables kept before and after each, and each decision is worked out a second time from what was recorded, with
the rules and keyed numbers of the model as plain Python.
"""

from cpi_sim.explain.decision import Decision, Telling
from cpi_sim.explain.explaining import ExplainError, check_week, explain, explain_again, explain_week
from cpi_sim.explain.explanation import TITLES, Explanation
from cpi_sim.explain.record import WeekRecord, record_week

__all__ = [
    "TITLES",
    "Decision",
    "ExplainError",
    "Explanation",
    "Telling",
    "WeekRecord",
    "check_week",
    "explain",
    "explain_again",
    "explain_week",
    "record_week",
]
