"""One key for all the spellings of a name, and two beside it: one stricter, one looser.

`name_letters` asks whether two names are the same letters, `fold` whether they are the same name in
another romanisation, `skeleton` whether their consonants may be the same, in Latin or in Arabic
script. Names that share a stricter key share the looser ones.

Rules of `name_letters`, in the order they are applied:

1. Apostrophes, primes, the signs for ayn and hamza, and tatweel dropped: systems differ most there
   (ALA-LC writes them, newspapers do not).
2. Unicode NFKD, case folded; combining marks dropped (accents, macrons and dots of the scholarly
   systems, Arabic vowel signs, the hamza that sits on a carrier), and characters not seen.
3. Letters without a decomposition written plainly (o with stroke as o, thorn as th...); Arabic alef
   maqsura and Persian yeh as yeh, ta marbuta as heh, Persian kaf as kaf.
4. Everything else that is no letter or digit parts words.
5. The Arabic article before a word dropped, also as it assimilates to the sun letters (BGN/PCGN
   writes ``ash Sham``, ALA-LC ``al-Sham``), and glued to a word of four letters or more
   (Albukamal); in Arabic script a leading alef-lam before three letters or more.
6. Words joined, so that *Deir ez Zor* and *Deirezzor* differ only in the article.

Rules of `fold`, 7 to 9 for each word, the others for the words joined, until nothing changes:

7. Words for an administrative unit dropped beside a name (province, governorate, muhafazat,
   nahiyat, qada...), in Latin and Arabic script.
8. The article glued in its assimilated form dropped where the doubled letter shows it (Arraqqa,
   Ezzor); *abu*, *abou* and *bu* one word (Abu Kamal, Albukamal).
9. What ta marbuta leaves at a word's end dropped: -ah (ALA-LC, BGN/PCGN), -at (in construct), -eh
   and -et (as spoken in Syria, in Turkish), -a and -e (press, French); in Arabic script heh and
   alef, so that the two ways to write Syria meet.
10. One letter for each of: j (dj, dsch, dzh: French, German, Russian); sh (ch, tch, sch); h (kh);
    g (gh, and rh: French for ghayn); d (dh), t (th); k (q, c, ck); b (p: Arabic has no p); f (ph).
11. u for ou, oo, aw, au, ow, w, o; i for ei, ai, ay, ey, ee, y, e: waw and yeh are consonants, long
    vowels and diphthongs, and short vowels differ from dialect to dialect.
12. A letter that is doubled written once (shadda, long vowels).

Rules of `skeleton`:

13. Arabic letters as the Latin ones of rules 10 and 11; short vowels are not written there.
14. Vowels dropped; g as k, sh and z as s, d as t: qaf as g in Bedouin speech (Gaim), dhal, zah and
    zay as each system and dialect will have them.

The systems: ALA-LC romanization table for Arabic (Library of Congress, 2012); BGN/PCGN 1956 system
for Arabic and 1958 for Persian (National Geospatial-Intelligence Agency, updated 2019); the Arab
system of 2007 (UN document E/CONF.105/137). How press, French, German and Turkish write is taken
from GeoNames' alternate names. Which letters may fall together without too many false
friends was measured on those: see ``tests/benchmarks/bench_names.py``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from convoy_geo.errors import wrong_type
from convoy_geo.lang import languages, load

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["fold", "fold_all", "has_unit", "latin_letters", "name_letters", "skeleton"]


def _all(key: str) -> str:
    """What the ``names.toml`` of all languages have under a key, in one text."""
    return " ".join(str(lang.names.get(key, "")) for lang in map(load, languages("names.toml")))


def _any(key: str) -> str:
    """The same as a regular expression for one of them."""
    return "|".join(_all(key).split())


ARTICLES = frozenset(_all("articles").split())
UNITS = frozenset(_all("units").split())
LINKS = frozenset(_all("links").split())
SILENT = frozenset("'`´‘’‚‛′ʹʻʼʽʾʿˈˊˋ՚＇ءـ")
PLAIN = str.maketrans(
    {
        "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "đ": "d", "þ": "th",
        "ə": "e", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ھ": "ه", "ہ": "ه", "ٱ": "ا",
    }
)  # fmt: skip
GLUED_LATIN = re.compile(rf"^(?:{_any('glued_article')})(?=[^\W\d_]{{4}})")
GLUED_ARABIC = re.compile(f"^(?:{_any('glued_article_script')})(?=.{{3}})")
GLUED_SUN = re.compile(r"^[ae]([dlnrstz])(?=\1[^\W\d_]{2})")
KUNYA = re.compile(f"^(?:{_any('kunya')}|{_any('kunya_script')})")
ENDING = re.compile(rf"(?<=..)(?:(?:{_any('ending')})+|{_any('ending_script')})$")
SOUNDS: dict[str, str] = {
    letters: sound
    for lang in map(load, languages("names.toml"))
    for sound, several in lang.names.get("sounds", {}).items()
    for letters in several.split()
}
"""What romanisations write for one sound of Arabic, and the letters that stand for it here."""
LETTER = {letters: sound for letters, sound in SOUNDS.items() if len(letters) > 1}
SEVERAL = re.compile("|".join(sorted(LETTER, key=len, reverse=True)))
SINGLE = str.maketrans({one: sound for one, sound in SOUNDS.items() if len(one) == 1})
"""None of what `LETTER` gives is in it, so that one may follow the other."""
STARTS, ENDS = frozenset("aeا"), frozenset("aehtاه")
"""Letters that an article begins with and that `ENDING` ends with: most words have neither."""
DOUBLES = re.compile(r"(.)\1+", re.DOTALL)
UNSETTLED = re.compile(
    rf"[cqpowey]|(.)\1|[kgrdt]h|dj|dzh|tsh|a[ui]|{GLUED_LATIN.pattern}|{GLUED_ARABIC.pattern}"
    rf"|^abu|^ابو|(?<=..)(?:{_any('ending')}|{_any('ending_script')})$"
)
"""Where a rule of `_settled` may still apply; in most names of more than one word nowhere."""
ARABIC: dict[str, str] = {}
for _code in languages("names.toml"):
    ARABIC.update(load(_code).names.get("letters", {}))
ARABIC_LETTERS = str.maketrans(ARABIC)
ARABIC_CONSONANTS = str.maketrans({key: "s" if to == "sh" else to for key, to in ARABIC.items()})
CONSONANTS = str.maketrans({**dict.fromkeys("aiu", ""), "g": "k", "z": "s", "d": "t"})
REMEMBERED = 2**16
"""Characters whose letters are kept in memory."""
PASSES = 8
"""More than any name needs: each pass but the last shortens a run of letters that met anew."""


class _Letters(dict[int, "str | None"]):
    """Rules 1 to 4 for every character, as `str.translate` asks for it; a space parts words.

    Normal forms may change the order of marks, never of letters: one character at a time will do.
    """

    def __missing__(self, code: int) -> str | None:
        told = None if chr(code) in SILENT else _letters(chr(code)) or None
        if len(self) < REMEMBERED:
            self[code] = told
        return told


def _letters(character: str) -> str:
    text = unicodedata.normalize("NFKD", character.casefold()).casefold()
    seen = [
        c for c in text if unicodedata.category(c) not in {"Mn", "Me", "Cf"} and c not in SILENT
    ]
    return "".join([c if c.isalnum() else " " for c in "".join(seen).translate(PLAIN)])


LETTERS = _Letters()


def _words(name: str) -> list[str]:
    """Rules 1 to 5: the words of a name without its articles."""
    text = name.translate(LETTERS)
    words = text.split()
    if len(words) > 1 and not ARTICLES.isdisjoint(words):
        words = [word for word in words[:-1] if word not in ARTICLES] + words[-1:]
    if "al" in text or "ال" in text:
        words = [GLUED_ARABIC.sub("", GLUED_LATIN.sub("", word)) for word in words]
    return words


@lru_cache(maxsize=65536)
def name_letters(name: str) -> str:
    """The letters of a name, without case, accents, signs, spaces and articles.

    Parameters
    ----------
    name
        A name in any script, of any length.

    Returns
    -------
    str
        Lower-case letters and digits; empty if the name has none. That of several words is those
        of the words, one after the other, articles left out.

    Examples
    --------
    >>> name_letters("Albukamal") == name_letters("al-Bukamāl") == name_letters("AL BUKAMAL")
    True
    >>> name_letters("As-Sukhna")
    'sukhna'
    >>> name_letters("البُوكمال") == name_letters("بوكمال")
    True
    """
    return "".join(_words(name))


def _once(found: re.Match[str]) -> str:
    return found[1]


def _one_letter(found: re.Match[str]) -> str:
    return LETTER[found[0]]


@lru_cache(maxsize=65536)
def _settled(key: str) -> str:
    """Rules 8 to 12 until nothing changes, so that a key is its own key."""
    for _ in range(PASSES):
        if key[:1] in STARTS:
            key = GLUED_SUN.sub("", GLUED_LATIN.sub("", GLUED_ARABIC.sub("", key)))
        if key[-1:] in ENDS:
            key = ENDING.sub("", key)
        key = SEVERAL.sub(_one_letter, DOUBLES.sub(_once, key)).translate(SINGLE)
        key = KUNYA.sub("", key)
        if not UNSETTLED.search(key):
            break
    return key


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """The key that all spellings of a name share, in one script.

    Parameters
    ----------
    name
        A name in any script, of any length; the rules are for Latin and Arabic.

    Returns
    -------
    str
        Lower-case letters and digits without spaces; empty if the name has none.

    Examples
    --------
    >>> fold("Soukhné") == fold("As-Sukhnah") == fold("al-Sokhna") == fold("Sukhneh")
    True
    >>> fold("Dayr az Zawr") == fold("Deir Ezzor") == fold("Deir al-Zour province")
    True
    >>> fold("سوريا") == fold("سورية")
    True
    """
    if not isinstance(name, str):
        raise wrong_type(name, "fold", "name", "a text (str)")
    words = _words(name)
    if len(words) > 1 and not UNITS.isdisjoint(words):
        words = [word for word in words if word not in UNITS and word not in LINKS] or words
    # Words recur, so what is said of them is remembered; joined they seldom have to be looked at.
    key = "".join(map(_settled, words))
    return _settled(key) if len(words) > 1 and UNSETTLED.search(key) else key


def fold_all(names: Iterable[str]) -> list[str]:
    """The keys of many names: a million takes some seconds.

    Parameters
    ----------
    names
        The names.

    Examples
    --------
    >>> fold_all(["Sukhna", "Homs"])
    ['suhn', 'hums']
    """
    return [fold(name) for name in names]


def has_unit(name: str) -> bool:
    """Whether a name has a word for an administrative unit beside it (rule 7).

    Examples
    --------
    >>> has_unit("Muḩāfaz̧at al Anbār"), has_unit("Anbar")
    (True, False)
    """
    words = _words(name)
    return len(words) > 1 and not UNITS.isdisjoint(words)


def latin_letters(key: str) -> str:
    """A key of `fold` in Latin letters: of an Arabic name what is written, so no short vowels.

    Examples
    --------
    >>> latin_letters(fold("السخنة")), latin_letters(fold("Sukhna"))
    ('shn', 'suhn')
    """
    return key if key.isascii() else DOUBLES.sub(_once, key.translate(ARABIC_LETTERS))


def skeleton(key: str) -> str:
    """The consonants of a key of `fold`, those that systems confuse as one.

    Parameters
    ----------
    key
        What `fold` gave.

    Returns
    -------
    str
        The same for Latin and Arabic script; the key itself if it has vowels only.

    Examples
    --------
    >>> skeleton(fold("Deir ez-Zor")) == skeleton(fold("دير الزور"))
    True
    """
    letters = key.replace("sh", "s").translate(ARABIC_CONSONANTS).translate(CONSONANTS)
    return DOUBLES.sub(_once, letters) or key
