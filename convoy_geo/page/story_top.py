"""The top of a case's page: headline, sentence, byline; drafted if the case has none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convoy_geo.lang import load
from convoy_geo.webmap.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convoy_geo.viz.view_data import Contents

__all__ = ["Top", "story_top"]

LONGEST = 240
"""Characters of a sentence that is taken from the summary."""
SENTENCE = re.compile(r".+?[.!?؟。](?=\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Top:
    """What stands above the map; plain text, empty where there is nothing.

    Parameters
    ----------
    headline, sentence, kicker, byline, date
        See `convoy_geo.model.story.StoryText`; the date in words.
    reports
        How many reports, and that no winner is picked.
    is_draft
        Whether the headline was made of the title.
    """

    headline: str
    sentence: str
    kicker: str
    byline: str
    date: str
    reports: str
    is_draft: bool = False


def story_top(contents: Contents, words: Mapping[str, str]) -> Top:
    """The top of a case's page.

    Parameters
    ----------
    contents
        What the case holds.
    words
        The page's own words.
    """
    info, story = contents.info, contents.info.story
    language = load(words["lang"])
    told = [report for report in contents.reports.values() if report.title]
    title = clean(info.title)
    sides = {claim.side for claim in contents.claims.values()}
    headline = clean(story.headline)
    is_draft = not headline and bool(contents.claims)
    if not headline:
        asks = title.rstrip().endswith(("?", "؟")) or "?" in title
        headline = title if asks or len(sides) < 2 else words["draftHeadline"].format(title=title)
    sentence = clean(story.sentence)
    if not sentence:
        found = SENTENCE.match(" ".join(info.summary.split()))
        sentence = clean(found[0] if found else info.summary)
        if len(sentence) > LONGEST:
            sentence = sentence[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    count = len(told)
    number = str(language.text(f"number.{count}")) if 0 < count <= 10 else f"{count:,}"
    line = ""
    if count and contents.claims:
        line = words["reportsOne" if count == 1 else "reportsMany"].format(count=number)
        line = line[:1].upper() + line[1:]
    return Top(
        headline, sentence, clean(story.kicker), clean(story.byline),
        language.date(story.date.text) if story.date else "", line, is_draft,
    )  # fmt: skip
