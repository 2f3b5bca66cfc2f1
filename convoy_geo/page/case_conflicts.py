"""Consistency results on a case's page: the list of conflicts, and the text of the cards.

The page shows the results of `convoy_geo.analysis.consistency` and computes no verdicts itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convoy_geo.io.html import Html, render
from convoy_geo.lang import DEFAULT, load
from convoy_geo.model.shades import shades_of
from convoy_geo.viz.words import Own, as_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from convoy_geo.analysis.consistency.conflict import Conflict
    from convoy_geo.analysis.consistency.result import Consistency
    from convoy_geo.lang import Words
    from convoy_geo.viz.view_data import Contents

__all__ = [
    "TWO_BY_TWO", "conflict_cards", "conflict_count", "conflict_list", "conflict_records",
    "denials", "is_whole", "judgement",
]  # fmt: skip

TOGETHER, TWO_BY_TWO = 0, 1
"""How the parties of a conflict stand to each other: all of them cannot be true, or any two."""
OTHER_SIDE = "#6b6b6b"
SHOWN = 200
"""Conflicts, and relations of one kind, that the page lists."""


def conflict_count(found: Consistency | None) -> str:
    """How many conflicts are listed, in brackets; empty where none were computed."""
    if found is None:
        return ""
    number = len(found.grouped())
    return f" ({min(number, SHOWN)}{'+' if number > SHOWN or not found.complete else ''})"


def conflict_records(found: Consistency | None, numbers: Mapping[str, int]) -> list[list[Any]]:
    """By conflict of the list how its parties stand to each other, and their claims' numbers."""
    if found is None:
        return []
    return [
        [
            TWO_BY_TWO if len(parties) == 2 else TOGETHER,
            [[numbers[claim] for claim in party] for party in parties],
        ]
        for _, parties in found.grouped()[:SHOWN]
    ]


def is_whole(found: Consistency | None) -> bool:
    """Whether the page's list has all conflicts, so that what is in none can be true together."""
    return (
        found is not None and found.complete and not found.missing and len(found.grouped()) <= SHOWN
    )


def denials(found: Consistency | None, numbers: Mapping[str, int]) -> list[list[int]]:
    """Pairs of claims of which one denies the other."""
    if found is None:
        return []
    return [[numbers[one.claim], numbers[one.other]] for one in found.relations
            if one.kind == "denies"]  # fmt: skip


def judgement(found: Consistency | None, claim: str, lang: str) -> list[str] | int:
    """The verdict on a claim as a code, and why, in the page's words; 0 where none was sought."""
    if found is None:
        return 0
    text = load(lang).text
    status = found.claims.get(claim)
    if status is None:
        reason = text(f"not_encoded.{found.not_encoded.get(claim, 'no_position')}")
        return ["undetermined", text("judgement.not_encoded", reason=reason)]
    if status.verdict == "certain":
        return ["certain", text("judgement.certain")]
    if status.status != "some":
        return [status.verdict, text(f"judgement.{status.status}")]
    values = {"count": str(len(status.conflicts)), "price": str(status.price or "")}
    code = "some_price" if status.price else "some"
    return [status.verdict, text(f"judgement.{code}", **values)]


def conflict_list(found: Consistency | None, contents: Contents, words: Mapping[str, str]) -> Html:
    """All conflicts with their parties and what would dissolve them; then what is none.

    After the conflicts stand the claims that say the same more precisely, deny or repeat others,
    and what the analyst marked as disputed, each with its conflicts or with none.
    """
    text = load(words["lang"]).text
    if found is None:
        return render("muted", text=words["noConflicts"])
    items = [
        _item(conflict, parties, contents, words["lang"])
        for conflict, parties in found.grouped()[:SHOWN]
    ]
    relations = list(_relations(found, contents, words["lang"]))
    marked = [
        {
            "id": key,
            "claims": [_link(claim.id, contents) for claim in contents.claims.values()
                       if claim.dispute == key],
            "tested": as_html(
                text("dispute.conflicts", count=str(len(ids))) if ids else text("dispute.none")
            ),
        }
        for key, ids in found.disputes.items()
    ]  # fmt: skip
    if not items and not relations and not marked:
        return Html("")
    missing = {as_html(text(f"missing.{one.why}")): None for one in found.missing}
    own_lang = "" if words["lang"] == DEFAULT else words["lang"]
    return render(
        "conflicts", items=items, relations=relations, marked=marked, missing=list(missing),
        words=words, own_lang=own_lang, case_lang=DEFAULT,
    )  # fmt: skip


CARDS = 6
"""Conflicts that stand as cards below the chapters; all are in the list."""


def conflict_cards(found: Consistency | None, contents: Contents, words: Mapping[str, str]) -> Html:
    """The smallest conflicts as cards, grouped by kind: who says what, why not all can be true.

    Parameters
    ----------
    found
        What can be true together; None where that was not computed.
    contents
        What the case holds.
    words
        The page's own words.
    """
    if found is None or not found.conflicts:
        return Html("")
    text = load(words["lang"]).text
    grouped = found.grouped()
    groups: dict[str, list[dict[str, Any]]] = {}
    for conflict, parties in grouped[:CARDS]:
        members = {member.claim: member for member in conflict.members}
        shown = []
        for first, *others in (_first(party, members) for party in parties):
            claim = contents.claims[first]
            side = contents.info.sides.get(claim.side)
            shades = side.shades if side else shades_of(OTHER_SIDE)
            shown.append({
                "side": side.name if side else claim.side, "colour": shades.text,
                "dark": shades.dark_text, "claim": first, "says": claim.short, "more": len(others),
            })  # fmt: skip
        groups.setdefault(conflict.kind, []).append(
            {
                "parties": shown,
                "assumed": [as_html(text(f"assumption.{code}")) for code in conflict.assumptions],
                "dissolved": [
                    as_html(text("card.dissolved", claim=contents.claims[claim].short,
                                 reading=text(f"read_as.{reading}")))
                    for claim, reading in conflict.dissolved_by
                ],
            }
        )  # fmt: skip
    return render(
        "conflict_cards",
        groups=[{"kind": _capital(as_html(text(f"conflict_kind.{kind}"))), "items": items}
                for kind, items in groups.items()],
        left=len(grouped) - CARDS if len(grouped) > CARDS else 0, words=words, case_lang=DEFAULT,
        foreign=words["lang"] != DEFAULT,
    )  # fmt: skip


def _capital(text: Own) -> Own:
    return Own(text[:1].upper() + text[1:], text.text)


def _item(
    conflict: Conflict, parties: Iterable[tuple[str, ...]], contents: Contents, lang: str
) -> dict[str, Any]:
    text = load(lang).text
    members = {member.claim: member for member in conflict.members}
    sides = dict.fromkeys(_link(claim, contents)["side"] for claim in conflict.claims)
    return {
        "kind": as_html(text(f"conflict_kind.{conflict.kind}")),
        "sides": " ≠ ".join(sides),
        "parties": [
            {
                "says": contents.claims[first].summary,
                "claims": [_link(claim, contents) for claim in (first, *others)],
                "read": _listed(
                    (text(f"read_as.{one.code}") for one in members[first].readings), lang
                ),
            }
            for first, *others in (_first(party, members) for party in parties)
        ],
        "assumed": [as_html(text(f"assumption.{code}")) for code in conflict.assumptions],
        "dissolved": [
            as_html(text("dissolved", claim=claim, reading=text(f"read_as.{reading}")))
            for claim, reading in conflict.dissolved_by
        ],
    }


def _first(party: tuple[str, ...], members: Mapping[str, object]) -> list[str]:
    """A party's claims, that of the conflict first."""
    return sorted(party, key=lambda claim: claim not in members)


def _listed(parts: Iterable[Words], lang: str) -> Own:
    return as_html(load(lang).strings["semicolon"].join(parts))


def _relations(found: Consistency, contents: Contents, lang: str) -> Iterator[dict[str, Any]]:
    for kind in ("closer", "denies", "repeats"):
        pairs = [
            {"claim": _link(one.claim, contents), "other": _link(one.other, contents),
             "says": contents.claims[one.claim].summary,
             "of": contents.claims[one.other].summary}
            for one in found.relations if one.kind == kind
        ]  # fmt: skip
        if pairs:
            heading = as_html(load(lang).text(f"relation_kind.{kind}"))
            yield {"heading": heading, "pairs": pairs[:SHOWN]}


def _link(claim: str, contents: Contents) -> dict[str, str]:
    """A claim's id, the row that says it, and its side's name."""
    key = contents.claims[claim].side
    side = contents.info.sides[key].name if key in contents.info.sides else key
    return {"id": claim, "row": f"c-{claim}", "side": side}
