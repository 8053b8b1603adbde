"""Rules of the third step, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace as Numbers

import pytest

from cpi_sim.week.plan_do_review import chance_of_own_step, hazard_of_own_plan, next_ownership

OWN_STEP = Numbers(own_step_base=-0.5, own_step_ownership=1.5, own_step_confidence=1.0, own_step_symptoms=0.5)


@pytest.mark.parametrize(
    ("ownership", "confidence", "symptoms", "chance"),
    [
        (0.0, 0.5, 0.0, 0.3775406688),  # log-odds -0.5
        (1.0, 0.5, 0.0, 0.7310585786),  # the person's own plan: + 1.5
        (0.0, 1.0, 0.0, 0.6224593312),  # full confidence: + 1
        (0.0, 0.0, 0.0, 0.1824255238),  # none: - 1
        (0.0, 0.5, 3.0, 0.1192029220),  # symptoms: - 1.5
        (0.6, 0.8, 1.0, 0.6224593312),  # -0.5 + 0.9 + 0.6 - 0.5 = 0.5
    ],
)
def test_doing_ones_own_part(ownership: float, confidence: float, symptoms: float, chance: float) -> None:
    assert chance_of_own_step(ownership, confidence, symptoms, OWN_STEP) == pytest.approx(chance, rel=1e-9)


def test_ownership_grows_with_steps_done_together_as_equals() -> None:
    p = Numbers(ownership_gain=0.10)
    assert next_ownership(0.2, 0.5, p) == pytest.approx(0.24)  # a twentieth of the missing 0.8
    assert next_ownership(0.2, 0.0, p) == 0.2
    assert next_ownership(1.0, 1.0, p) == 1.0


def test_a_plan_of_ones_own_after_support() -> None:
    p = Numbers(own_plan_hazard=0.02, own_plan_symptoms=0.5)
    assert hazard_of_own_plan(0.5, 0.0, p) == pytest.approx(0.01)
    assert hazard_of_own_plan(0.5, 1.0, p) == pytest.approx(0.005)
    assert hazard_of_own_plan(0.5, 2.5, p) == 0.0  # too unwell
    assert hazard_of_own_plan(0.0, 0.0, p) == 0.0
