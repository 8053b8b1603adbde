"""Scenarios: what to simulate, written in YAML, checked as a whole, resolved so that nothing is left unsaid."""

from cpi_sim.scenario.inheritance import shipped
from cpi_sim.scenario.loading import as_scenario, load
from cpi_sim.scenario.model import Arm, Scenario
from cpi_sim.scenario.problems import Problem, ScenarioError

__all__ = ["Arm", "Problem", "Scenario", "ScenarioError", "as_scenario", "load", "shipped"]
