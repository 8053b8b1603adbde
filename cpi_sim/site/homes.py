"""Who lives with whom, who is related, and how old they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cpi_sim.engine import processes
from cpi_sim.engine.compilation import Program, machinery
from cpi_sim.engine.keyed import normal, process_key, uniform
from cpi_sim.site.tables import Row

OLDEST = 90.0
YOUNGEST = 16.0
GENERATION_YEARS = 27.0


class Homes(NamedTuple):
    """One entry a person: home and family number, age in years, place in the home, ill or not."""

    household: np.ndarray
    family: np.ndarray
    age_years: np.ndarray
    place: np.ndarray
    is_ill: np.ndarray


@machinery
def choose_ill(seed: int, people: int, ill: int) -> np.ndarray:
    """Which persons (by id) fall ill: those with the smallest keyed numbers."""
    key = process_key(seed, processes.ILL_OR_NOT, 0)
    numbers = np.empty(people)
    for i in range(people):
        numbers[i] = uniform(key, i)
    chosen = np.zeros(people, dtype=np.int64)
    for i in np.argsort(numbers)[:ill]:
        chosen[i] = 1
    return chosen


@machinery
def share_out_homes(seed: int, is_ill: np.ndarray, alone: float, alone_ill: float) -> tuple[np.ndarray, np.ndarray]:
    """Home of each person and place in it: some live alone, the others in homes of two to four adults."""
    people = is_ill.shape[0]
    household = np.empty(people, dtype=np.int64)
    place = np.zeros(people, dtype=np.int64)
    alone_key = process_key(seed, processes.LIVES_ALONE, 0)
    size_key = process_key(seed, processes.HOME_SIZE, 0)
    homes = 0
    open_home = -1
    room = 0
    for i in range(people):
        if uniform(alone_key, i) < (alone_ill if is_ill[i] == 1 else alone):
            household[i] = homes
            homes += 1
            continue
        if room == 0:
            open_home = homes
            homes += 1
            u = uniform(size_key, open_home)
            room = 2 if u < 0.6 else (3 if u < 0.87 else 4)
            filled = 0
        household[i] = open_home
        place[i] = filled
        filled += 1
        room -= 1
    return household, place


@machinery
def set_ages(
    seed: int, household: np.ndarray, place: np.ndarray, is_ill: np.ndarray, youngest: float, oldest: float
) -> np.ndarray:
    """Ages in years: of people who fall ill within the agency's range, of others around the first (or ill) of the
    home.
    """
    people = household.shape[0]
    age = np.zeros(people)
    key = process_key(seed, processes.AGE, 0)
    reference = np.full(people, -1, dtype=np.int64)
    for i in range(people):
        if reference[household[i]] < 0 or (is_ill[i] == 1 and is_ill[reference[household[i]]] == 0):
            reference[household[i]] = i
    for i in range(people):
        r = reference[household[i]]
        u = uniform(key, r)
        if is_ill[r] == 1:
            anchor = youngest + (oldest - youngest) * u
        else:
            anchor = 18.0 + 62.0 * u
        if i == r:
            age[i] = anchor
            continue
        if is_ill[i] == 1:
            age[i] = youngest + (oldest - youngest) * uniform(key, i)
            continue
        step = place[i] if place[i] < place[r] else place[i] - 1
        if anchor < 28.0:
            age[i] = anchor + GENERATION_YEARS + 4.0 * normal(key, i) if step <= 1 else anchor + 3.0 * normal(key, i)
        elif step == 0:
            age[i] = anchor + 3.0 * normal(key, i)
        else:
            age[i] = anchor - GENERATION_YEARS + 4.0 * normal(key, i)
        age[i] = min(max(age[i], YOUNGEST), OLDEST)
    return age


def settle_homes(seed: int, people: int, ill: int, values: Row, program: Program) -> Homes:
    """Homes, families and ages of a site of ``people`` persons, ``ill`` of whom fall ill at some time.

    ``program`` compiles the loops.
    """
    is_ill = program(choose_ill)(seed, people, ill)
    household, place = program(share_out_homes)(
        seed, is_ill, float(values.lives_alone_community), float(values.lives_alone_share)
    )
    age = program(set_ages)(seed, household, place, is_ill, float(values.youngest_age), float(values.oldest_age))
    return Homes(household, household // int(values.family_homes), age, place, is_ill)
