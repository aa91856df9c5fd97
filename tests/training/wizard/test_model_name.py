import pytest

from training.wizard.model_name import name_from, name_problem


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Columbia discs, 1928", "columbia-discs-1928"),
        ("  Süße Straße 5 ", "suesse-strasse-5"),
        ("Café", "cafe"),
        ("日本", ""),
        ("a" * 90, "a" * 48),
        ("", ""),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert name_from(title) == name
    assert (name_problem(name) == "") == bool(name)


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert name_from("Air", {"air", "air-2"}) == "air-3"
    assert "already" in name_problem("air", {"air"})


@pytest.mark.parametrize("name", ["Air", "a b", "-a", "a" * 65, "../x", "ä"])
def test_names_that_cannot_be_are_refused(name: str) -> None:
    assert name_problem(name).startswith(f"a model cannot be called '{name}'")
