"""The codes of `convoy_geo.analysis.consistency` in words, in English and Arabic."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ASSUMPTIONS", "KINDS", "MISSING", "NOT_ENCODED", "READINGS", "words"]

KINDS = {
    "en": {
        "total": "different totals",
        "sum": "the parts and the total do not add up",
        "count": "different numbers at one place and time",
        "whole": "the whole group and a part of it",
        "place": "two places at one time",
        "travel": "too far for the time between",
        "order": "the order of events",
        "tally": "a number that would have to fall",
        "length": "shorter than the straight line",
    },
    "ar": {
        "total": "مجموعان مختلفان",
        "sum": "الأجزاء لا تساوي المجموع",
        "count": "عددان مختلفان في مكان واحد ووقت واحد",
        "whole": "المجموعة كلها وجزء منها",
        "place": "مكانان في وقت واحد",
        "travel": "المسافة أبعد من أن تُقطع في الوقت المتاح",
        "order": "ترتيب الأحداث",
        "tally": "عدد كان عليه أن ينقص",
        "length": "أقصر من الخط المستقيم",
    },
}
"""Kinds of conflict."""

NOT_ENCODED = {
    "en": {
        "denied": "a denial is a relation to what it denies",
        "remainder": "a remainder is no place",
        "measure": "a length, a duration or a speed",
        "plan": "a plan is no position",
        "nowhere": "no place of known extent, and no state",
        "no_position": "neither a count nor a topic that tells a position",
    },
    "ar": {
        "denied": "النفي علاقة بما ينفيه",
        "remainder": "الباقي ليس مكانًا",
        "measure": "طول أو مدة أو سرعة",
        "plan": "الخطة ليست موقعًا",
        "nowhere": "لا مكان معروف الامتداد ولا حالة",
        "no_position": "لا عدد، ولا موضوع يدل على موقع",
    },
}
"""Why a claim gives no condition."""

READINGS = {
    "en": {
        "clock": "at the time that is given",
        "moment": "at some moment of the time that is given",
        "period": "all the time that is surely meant",
        "throughout": "during all of the time that is given",
        "undated": "at any time",
        "tally": "counted up to the end of the time that is given",
        "exact": "exactly this number",
        "range": "a number in this range",
        "about": "about this number",
        "round": "a round number",
        "at_least": "at least this number",
        "at_most": "at most this number",
        "some": "at least one",
        "most": "more than half",
        "all": "all of them",
        "whole": "the whole group",
        "whole_most": "the whole group: more than half of it",
        "whole_all": "the whole group: all of it",
        "whole_some": "the whole group: at least a part of it",
        "at": "at this place",
        "from": "at this place",
        "state": "in this state",
        "nested": "at the smallest of these places",
        "one_of": "at one of these places",
        "arrived": "it arrived: not there before",
        "left": "it left: not there afterwards",
        "present": "there at some moment",
    },
    "ar": {
        "clock": "في الساعة المذكورة",
        "moment": "في لحظة ما من الوقت المذكور",
        "period": "طوال الوقت المقصود بالتأكيد",
        "throughout": "طوال الوقت المذكور كله",
        "undated": "في أي وقت",
        "tally": "محسوبًا حتى نهاية الوقت المذكور",
        "exact": "هذا العدد بالضبط",
        "range": "عدد ضمن هذا المدى",
        "about": "نحو هذا العدد",
        "round": "عدد مقرّب",
        "at_least": "هذا العدد على الأقل",
        "at_most": "هذا العدد على الأكثر",
        "some": "واحد على الأقل",
        "most": "أكثر من النصف",
        "all": "كلهم",
        "whole": "المجموعة كلها",
        "whole_most": "المجموعة: أكثر من نصفها",
        "whole_all": "المجموعة: جميعها",
        "whole_some": "المجموعة: جزء منها على الأقل",
        "at": "في هذا المكان",
        "from": "في هذا المكان",
        "state": "في هذه الحالة",
        "nested": "في أصغر هذه الأماكن",
        "one_of": "في أحد هذه الأماكن",
        "arrived": "وصلت: لم تكن هناك من قبل",
        "left": "غادرت: ليست هناك بعد ذلك",
        "present": "كانت هناك في لحظة ما",
    },
}
"""Readings."""

ASSUMPTIONS = {
    "en": {
        "conserved": "no unit is added or lost",
        "one_body": "the group is where more than half of it is",
        "exclusive": "nothing is in two states, or in two zones, at once",
        "travel": "nobody is faster than the roads allow at best",
        "tally": "a number that is counted so far never falls",
        "order": "some events happen once, and in order",
    },
    "ar": {
        "conserved": "لا تُضاف وحدة ولا تُفقد",
        "one_body": "المجموعة حيث يوجد أكثر من نصفها",
        "exclusive": "لا شيء في حالتين أو منطقتين في آن واحد",
        "travel": "لا أحد أسرع مما تسمح به الطرق في أحسن الأحوال",
        "tally": "العدد المحسوب حتى الآن لا ينقص أبدًا",
        "order": "بعض الأحداث تقع مرة واحدة وبترتيب",
    },
}
"""What a conflict rests on besides its claims."""

MISSING = {
    "en": {
        "time": "the time was not enough",
        "number": "there are more than are listed",
        "solver": "the solver gave up on some of them",
    },
    "ar": {
        "time": "لم يكف الوقت",
        "number": "يوجد أكثر مما هو مذكور",
        "solver": "عجز الحل عن بعضها",
    },
}
"""Why a list may not be complete."""


def words(table: Mapping[str, Mapping[str, str]], code: str, lang: str = "en") -> str:
    """A code in words; the code itself where there are none.

    Parameters
    ----------
    table
        One of this module's.
    code
        The code.
    lang
        A language tag; English where the table has none for it.

    Examples
    --------
    >>> words(KINDS, "travel")
    'too far for the time between'
    """
    known = table.get(lang.split("-", maxsplit=1)[0].lower(), table["en"])
    return known.get(code, table["en"].get(code, code))
