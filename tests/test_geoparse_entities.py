"""A named-entity model of the user's own beside the rules."""

import sys
import types

import pytest

from convoy_geo.cli import main
from convoy_geo.errors import MissingExtraError
from convoy_geo.geoparse.entities import load_model
from convoy_geo.geoparse.finder import find_places, make_finder

TEXT = "We watched Xumbarra burn, and Karim Xofar told us that Reading is far."


@pytest.fixture(autouse=True)
def fresh():
    load_model.cache_clear()
    yield
    load_model.cache_clear()


@pytest.fixture
def spacy(monkeypatch):
    """A stand-in for the library: its one model knows these words."""
    known = {"Xumbarra": "GPE", "Karim Xofar": "PERSON", "the Xilqan": "LOC", "Homs": "GPE"}

    def nlp(text):
        entities = [
            types.SimpleNamespace(
                start_char=text.index(word), end_char=text.index(word) + len(word), label_=label
            )
            for word, label in known.items() if word in text
        ]  # fmt: skip
        return types.SimpleNamespace(ents=entities)

    def load(name):
        if name != "ours":
            msg = f"[E050] Can't find model {name!r}"
            raise OSError(msg)
        return nlp

    monkeypatch.setitem(sys.modules, "spacy", types.SimpleNamespace(load=load))


def test_what_only_the_model_takes_for_a_place_is_told(spacy):
    plain = [mention.text for mention in find_places(TEXT, gazetteer="region")]
    assert "Xumbarra" not in plain
    mentions = find_places(TEXT, gazetteer="region", ner="spacy:ours")
    (mention,) = [each for each in mentions if each.text == "Xumbarra"]
    assert mention.place is None
    assert mention.reasons == ("a place by the model", "no gazetteer has it")
    assert "Karim Xofar" not in [each.text for each in mentions]


def test_what_the_rules_took_stays_as_it_is(spacy):
    text = "A shell fell in Homs."
    (plain,) = make_finder(gazetteer="region").find(text)
    (mention,) = make_finder(gazetteer="region", ner="spacy:ours").find(text)
    assert mention == plain


def test_a_small_word_before_a_name_is_left_out(spacy):
    mentions = find_places("We saw the Xilqan burn.", gazetteer="region", ner="spacy:ours")
    assert [each.text for each in mentions] == ["Xilqan"]


@pytest.mark.parametrize("name", ["ours", "spacy:", "flair:x"])
def test_what_is_no_name_of_a_model_is_refused(name):
    with pytest.raises(ValueError, match="spacy:MODEL"):
        make_finder(gazetteer="region", ner=name)


def test_a_model_that_is_not_installed_is_one_sentence(spacy, tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    words = ["find", str(tmp_path / "a.txt"), "--gazetteer", "region", "--ner", "spacy:none"]
    assert main(words) == 1
    error = capsys.readouterr().err
    assert "no spaCy model 'none' is installed" in error
    assert error.count("\n") == 1


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtraError, match=r"convoy_geo\[ner\]"):
        make_finder(gazetteer="region", ner="spacy:ours")
