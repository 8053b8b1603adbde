"""What arms that were made from values are called: names that can be read back, labels that read well in a figure."""

from __future__ import annotations

from cpi_sim.parameters import REGISTRY


def number_as_name(value: float | str) -> str:
    """A number as the name of an arm: ``4`` and ``4.0`` are both "4"; it can be read back."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(int(value) if isinstance(value, bool) else value)


def in_words(name: str) -> str:
    """A name with spaces."""
    return name.replace("_", " ")


def label_of(field: str, value: str) -> str:
    """A value of a field as a figure says it: "4 contacts a month", "caseload 20", "training 70 %".

    ``field`` may be dotted; ``value`` is a name made by :func:`number_as_name`.
    """
    name = field.split(".")[-1]
    if name == "kind":
        return in_words(value)
    if name == "contacts_per_month":
        return f"{value} contact{'' if value == '1' else 's'} a month"
    declared = REGISTRY.get(name) or REGISTRY.get(f"element_{name}")
    unit = declared.unit if declared else ""
    if unit == "switch":
        return in_words(name) if float(value) else f"not {in_words(name)}"
    if unit == "share":
        return f"{in_words(name.removesuffix('_share'))} {100 * float(value):g} %"
    ending = f"_{unit}"
    if unit in ("weeks", "hours", "years") and name.endswith(ending):
        return f"{in_words(name.removesuffix(ending))} {value} {unit}"
    return f"{in_words(name)} {value}"
