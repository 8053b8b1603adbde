"""Links out of ``docs/``, which MkDocs cannot follow: pictures are brought into the site, other files are named.

MkDocs calls ``on_page_markdown`` for every page (``hooks`` in ``mkdocs.yml``). In the repository the links lead on.
"""

from __future__ import annotations

import re
from logging import getLogger
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\.\./([^)#\s]+)\)")
LOG = getLogger("mkdocs.plugins.outside_links")


def in_words(text: str, path: str) -> str:
    """What stands in the place of a link to a file of the repository."""
    return text if path in text else f"{text} (`{path}`)"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page without links out of ``docs/``; warns of those that lead nowhere in the repository either."""

    def replaced(link: re.Match[str]) -> str:
        is_picture, text, path = link.groups()
        if not (ROOT / path).exists():
            LOG.warning("Doc file '%s' links to '%s', which is not in the repository.", page.file.src_uri, path)
        if not is_picture:
            return in_words(text, path)
        if files.get_file_from_path(path) is None:
            files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
        return f"![{text}]({path})"

    return LINK.sub(replaced, markdown)
