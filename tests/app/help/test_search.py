from app.help.chapters import Chapter, Section
from app.help.search import find


def chapter(name, *sections):
    made = (Section(title, 2, title.casefold(), text) for title, text in sections)
    return Chapter(name, "", tuple(made))


GUIDE = (
    chapter("a.md", ("Declick", "Clicks and pops."), ("Hum", "Not a click. A tone of the mains.")),
    chapter("b.md", ("Order", "Declick before denoise, and declick before decrackle.")),
)


def places(wanted):
    return [hit.place for hit in find(GUIDE, wanted)]


def test_all_words_must_be_there_in_any_order_and_case():
    assert places("DENOISE before") == ["b.md#order"]
    assert places("mains clicks") == []


def test_a_word_of_a_heading_comes_before_many_of_a_text():
    assert places("declick") == ["a.md#declick", "b.md#order"]


def test_nothing_is_found_by_nothing():
    assert places("  ") == []


def test_an_excerpt_is_cut_between_words_around_what_was_found():
    text = "one two three four five six seven eight nine ten " * 4 + "needle " + "after all " * 20
    (hit,) = find((chapter("a.md", ("Long", text)),), "needle")
    assert hit.excerpt.startswith("… ")
    assert hit.excerpt.endswith(" …")
    assert "needle" in hit.excerpt
    assert set(hit.excerpt.split()) <= set(text.split()) | {"…"}
    assert len(hit.excerpt) <= 130


def test_a_short_section_is_shown_from_its_beginning():
    assert find(GUIDE, "tone")[0].excerpt == "Not a click. A tone of the mains."
