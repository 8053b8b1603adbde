"""How hypothesis searches here: the same examples every time, and no limit on the time of one (machines are shared)."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same_every_time", derandomize=True, deadline=None)
settings.load_profile("same_every_time")
