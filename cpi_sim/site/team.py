"""The agency's team: posts, the workers who hold them, and who supports whom."""

from __future__ import annotations

from cpi_sim.engine import processes
from cpi_sim.engine.arithmetic import exp
from cpi_sim.engine.compilation import machinery
from cpi_sim.engine.keyed import normal, normal_two, process_key, uniform, uniform_two
from cpi_sim.site.tables import Site


@machinery
def soft_skill(seed: int, worker: int, which: int, culture: float, mean: float, sd: float) -> float:
    """One soft skill of a worker, 0.05 to 0.95, from the team's culture and the worker's own gift."""
    key = process_key(seed, processes.WORKER_SKILL, 0)
    return min(max(mean + culture + sd * normal_two(key, worker, which), 0.05), 0.95)


@machinery
def take_up_post(site: Site, seed: int, m: int, worker: int, training: float) -> None:
    """A worker (id) takes post ``m`` (row), with own skills and knowledge of the locality, trained to ``training``."""
    p = site.parameters[0]
    post = site.posts[m]
    culture = p.culture_site_sd * normal(process_key(seed, processes.SITE_CULTURE, 0), 0)
    post.id = worker
    post.empathy = soft_skill(seed, worker, 1, culture, p.skill_mean, p.skill_sd)
    post.flexibility = soft_skill(seed, worker, 2, culture, p.skill_mean, p.skill_sd)
    post.creativity = soft_skill(seed, worker, 3, culture, p.skill_mean, p.skill_sd)
    post.skill = training
    post.alliance_gift = normal(process_key(seed, processes.WORKER_GIFT, 0), worker)
    post.diary_hours = 0.0
    knows = process_key(seed, processes.WORKER_KNOWS, 0)
    for s in range(site.settings.shape[0]):
        known = uniform_two(knows, worker, site.settings[s].id) < p.known_settings_start
        if site.settings[s].service_linked == 1:
            known = uniform(knows, worker * 1000 + site.settings[s].id) < 1.0 - exp(-2.0)
        site.knowledge[m, s] = 0.7 if known else 0.0
