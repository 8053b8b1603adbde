"""The bibliography: read as it is written, complete, and cited wherever the evidence names a published source."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from cpi_sim.evidence.catalogue import DIRECTIONS, PARAMETER_EVIDENCE, TARGETS, WITHOUT_SOURCE
from cpi_sim.evidence.references import REFERENCES, Reference, ReferencesError, dois_of, parsed

ENTRIES = [*PARAMETER_EVIDENCE.values(), *TARGETS.values(), *DIRECTIONS.values()]
UNIDENTIFIED = {"study of mobile phone records (cited by others)", "vignette of the practice (in words)"}
"""Sources from whose words no publication can be told."""
KNOWN_AS = {
    "Australian Government": "ship", "NatCen": "bsa", "British Social Attitudes": "bsa", "DCMS": "communitylife",
}  # fmt: skip
"""Names that keys have for sources better known by those of their surveys."""

TEXT = """\
% A remark

@article{roe2020ties,
  author = {Roe and {van der Doe} and others},
  title = {Ties},
  year = {2020},
  journal = {J Ties},
  volume = {7},
  number = {2},
  pages = {1-9},
  doi = {10.1000/ties(1)},
  note = {read in part},
}

@misc{coendsurvey,
  author = {{Coe & Sons}},
}
"""


def words(text: str) -> set[str]:
    """Words of two letters or more, numbers and the like, in lower case."""
    return set(re.findall(r"[a-z0-9][\w./'-]*\w", text.lower()))


def test_entries_are_read_field_by_field() -> None:
    assert list(parsed(TEXT)) == ["roe2020ties", "coendsurvey"]
    assert parsed(TEXT)["roe2020ties"] == Reference(
        "roe2020ties", "article", "Roe and {van der Doe} and others", "Ties", "2020", "J Ties", "7", "2", "1-9",
        "10.1000/ties(1)", "read in part",
    )  # fmt: skip
    assert parsed(TEXT)["coendsurvey"] == Reference("coendsurvey", "misc", author="{Coe & Sons}")
    assert parsed(TEXT)["roe2020ties"].authors == ("Roe", "van der Doe", "others")


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("  year = {2020},", "  year = 2020,", 6),
        ("  year = {2020},", "  yaer = {2020},", 6),
        ("  year = {2020},", "  title = {2020},", 6),
        ("  year = {2020},", "", 6),
        ("@misc{coendsurvey,", "@misc{roe2020ties,", 15),
        ("@misc{coendsurvey,", "misc coendsurvey", 15),
        ("% A remark", "A remark", 1),
    ],
)
def test_what_is_laid_out_otherwise_is_refused(before: str, after: str, line: int) -> None:
    with pytest.raises(ReferencesError, match=rf"references\.bib:{line}:"):
        parsed(TEXT.replace(before, after))


def test_an_entry_left_open_is_refused() -> None:
    with pytest.raises(ReferencesError, match="coendsurvey is not closed"):
        parsed(TEXT.removesuffix("}\n"))


@pytest.mark.parametrize(
    ("fields", "described"),
    [
        ({"author": "Roe and Doe", "year": "2020"}, "Roe, Doe 2020."),
        ({"author": "Roe and others", "note": "a preprint"}, "Roe et al. (a preprint)."),
        ({"author": "Roe", "title": "Ties", "year": "2020", "journal": "J Ties"}, "Roe 2020. Ties. J Ties."),
        ({"author": "Roe", "year": "2020", "journal": "J", "volume": "7", "number": "2", "pages": "1"},
         "Roe 2020. J 7(2):1."),
        ({"year": "2020", "journal": "J Ties", "volume": "7", "pages": "1"}, "J Ties 2020. 7:1."),
        ({"title": "A survey", "year": "2020/21"}, "A survey 2020/21."),
    ],
)  # fmt: skip
def test_what_was_noted_is_told_and_nothing_else(fields: dict[str, str], described: str) -> None:
    assert Reference("key", "misc", **fields).described == described


def test_dois_are_those_of_the_sources_that_have_one() -> None:
    assert dois_of(["hall2019hours", "carr2018attachment"]) == {"carr2018attachment": "10.1016/j.cpr.2017.12.001"}


def test_the_file_is_in_order_and_fit_for_latex() -> None:
    text = resources.files("cpi_sim.evidence").joinpath("references.bib").read_text(encoding="utf-8")
    assert list(REFERENCES) == re.findall(r"^@\w+\{(.*),$", text, flags=re.M) == sorted(REFERENCES)
    for line in text.splitlines():
        if not line.startswith("%"):
            assert line.isascii()
            assert not set("&%$#_~^\\") & set(line), line
    for source in REFERENCES.values():
        for value in vars(source).values():
            assert value.count("{") == value.count("}")


@pytest.mark.parametrize("source", REFERENCES.values(), ids=lambda source: source.key)
def test_a_key_is_made_of_who_when_and_a_word(source: Reference) -> None:
    who = (source.authors or (source.title or source.journal,))[0]
    name, _, word = source.key.partition(source.year[:4] or "nd")
    assert name
    assert KNOWN_AS.get(who, re.sub(r"[^a-z]", "", who.lower())).startswith(name)
    assert re.fullmatch(r"[a-z0-9]+", word)
    assert source.kind == ("article" if source.journal else "misc")


def test_no_two_entries_are_one_source() -> None:
    dois = [source.doi.lower() for source in REFERENCES.values() if source.doi]
    assert len(dois) == len(set(dois))
    assert len({source.described for source in REFERENCES.values()}) == len(REFERENCES)


def test_every_source_cited_exists_and_every_source_is_cited() -> None:
    assert {key for entry in ENTRIES for key in entry.cites} == REFERENCES.keys()
    assert all(len(entry.cites) == len(set(entry.cites)) for entry in ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_the_dois_of_an_entry_are_those_of_what_it_cites(entry) -> None:
    assert entry.doi == tuple(dois_of(entry.cites).values())


def test_what_has_no_source_cites_nothing_and_all_else_something() -> None:
    nothing = {entry.source for entry in ENTRIES if not entry.cites}
    assert nothing == {*WITHOUT_SOURCE, *UNIDENTIFIED}
    assert not any(entry.cites for entry in ENTRIES if entry.source in nothing)
    assert {entry.mark for entry in ENTRIES if entry.source in WITHOUT_SOURCE} == {"judgement", "remembered"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_author_and_year_that_an_entry_names_is_cited(entry) -> None:
    told = " ".join((entry.source, getattr(entry, "note", ""), getattr(entry, "sd_reason", "")))
    for name, year in re.findall(r"([A-Z][\w'-]+)(?: et al\.| & [A-Z]\w+)? ((?:19|20)\d\d)\b", told):
        cited = [each for each in map(REFERENCES.get, entry.cites) if year in f"{each.year} {each.note}"]
        assert any(name in f"{each.author} {each.title} {each.journal} {each.note}" for each in cited), (name, year)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_names_what_it_cites(entry) -> None:
    for key in entry.cites:
        source = REFERENCES[key]
        known = words(" ".join((source.author, source.title, source.journal, source.volume, source.note)))
        assert (known & words(entry.source)) - {"and", "others", "of", "cited", "by", "the"}, key


def test_nothing_but_process_is_cited_from_trials_of_the_practice() -> None:
    """What was offered, received and paid, who was followed up, and one control arm: never what came of it."""
    trials = {
        "webber2016pilot", "webber2021teams", "terzian2013networks", "enmesh2024abstract", "priebe2020befriending",
        "sikira2021befriending", "sheridan2015socialisation", "davidson2004partners", "connectingpeoplendtraining",
    }  # fmt: skip
    assert {entry.id for entry in ENTRIES if trials & set(entry.cites)} == {
        "retention_6m", "retention_9m", "retention_12m", "attrition_6m", "attrition_9m", "attrition_12m",
        "fidelity_high_share", "crisis_priority_loss", "control_improved_12m", "training_days_cpi",
        "ever_met_given_offer", "high_dose_given_offer", "befriender_met_once", "befriender_gt12",
        "cost_activity_stipend_month",
    }  # fmt: skip
