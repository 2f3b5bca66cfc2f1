"""Words of each language: strings, templates of sentences, names of months, word lists.

Every language is a folder here, named by its code: ``lang/en/``, ``lang/ar/``. To add one, add a
folder (or put it into a folder that the environment variable ``CONVOY_GEO_LANG`` names):

==================== ============================================================================
``language.toml``    its name, the direction of writing, and by what a text in it is recognised
                     (`convoy_geo.lang.detect`); the only file that must be there
``page.json``        strings of the page: ``script`` for those of its script, ``html`` for others
``results.toml``     templates of the sentences on results (verdicts, ledger, relations...)
``dates.toml``       months, weekdays, and the words that the grammar of dates reads
``names.toml``       articles, words for units, endings that names are written with or without
``reader.toml``      stop words, cue words and endings for the reader of reports
``given_names.txt``, ``demonyms.csv``, ``abbreviations.csv``, ``countries.csv``: likewise
==================== ============================================================================

What a folder lacks of strings, templates and months is taken from English; a word list that it
lacks is empty. The code here only loads and formats plain values. It imports no record, makes no
markup, and reads no sentence back. How to use it::

    from convoy_geo.lang import load

    words = load("ar")                       # cached; a tag such as "ar-SY" will do
    words.strings["legend"]                  # a page string
    words.text("role_from", place="Rawa")    # a template filled with plain values
    words.kind("status", "believed")         # the word for a code of the schema
    words.date("2017-08-30/2017-09-03")      # an EDTF date in words
    words.chain(["A", "B"])                  # a source chain: who cites whom

The results are plain text, of the class `Words`. Values that are not `Words` are texts of the case;
in a language other than theirs they are enclosed in the Unicode isolates U+2068 and U+2069, so that
neither text shuffles the other. `convoy_geo.viz.words.as_html` escapes such a text and makes
``<bdi>`` of the isolates.
"""

from convoy_geo.lang.language import (
    DEFAULT,
    Language,
    direction,
    languages,
    load,
    load_or_english,
)
from convoy_geo.lang.message import Message
from convoy_geo.lang.templates import Words

__all__ = [
    "DEFAULT", "Language", "Message", "Words", "direction", "languages", "load", "load_or_english",
]  # fmt: skip
