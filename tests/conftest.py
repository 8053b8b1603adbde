"""How hypothesis searches here: the same examples every time, and no limit on the time of one (machines are shared).

Ctrl-C is heard even where the tests run in the background of a shell, which has it ignored: some tests send it.
"""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("same_every_time", derandomize=True, deadline=None)
settings.load_profile("same_every_time")

signal.signal(signal.SIGINT, signal.default_int_handler)
