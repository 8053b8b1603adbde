"""Move the baseline, on purpose: ``make baseline``. Say why under *Results* in the changelog."""

from __future__ import annotations

import json

from tests.baseline.numbers import FILE, kept, numbers


def main() -> None:
    before = kept() if FILE.exists() else {}
    after = numbers()
    for arm, values in after.items():
        for name, value in values.items():
            old = before.get(arm, {}).get(name)
            if old != value:
                print(f"{arm} {name}: {old} -> {value}")
    FILE.write_text(json.dumps(after, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
