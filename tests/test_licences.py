"""Licences of what is bundled: allowed, with their texts, and written down."""

import importlib.metadata
import re
from dataclasses import replace
from pathlib import Path

import pytest

import licences
from bundle_contents import EXCLUDED_MODULES
from licences import ALLOWED, Component, markdown, read_table, table_problems
from tests.conftest import REPOSITORY

COMPONENTS = read_table()
WORDS = {
    "MIT": r"MIT",
    "BSD-3-Clause": r"BSD",
    "PSF-2.0": r"PSF|Python Software Foundation|matplotlib",
    "Apache-2.0": r"Apache",
    "LGPL-3.0-only": r"LGPL-3\.0-only",
    "LGPL-2.1-or-later": r"LGPL-2\.1-or-later",
    "MIT-CMU": r"MIT-CMU",
    "MIT-0": r"MIT-0",
    "ISC": r"ISC",
    "CC0-1.0": r"CC0",
}
"""What a package says of itself where the table says this."""


def test_every_licence_is_allowed_and_its_text_is_there():
    assert list(table_problems(COMPONENTS)) == []


def test_third_party_is_what_the_table_says():
    assert licences.WRITTEN.read_text(encoding="utf-8") == markdown(COMPONENTS)


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-or-later", "Sleepycat", "AGPL-3.0-only", "SSPL-1.0", ""]
)
def test_a_licence_that_would_choose_one_for_runout_is_refused(licence: str):
    (problem,) = table_problems([Component("thing", licence, "this")])
    assert "not among the licences that are allowed" in problem


def test_no_gpl_is_allowed_without_an_exception():
    assert [name for name in ALLOWED if re.match(r"A?GPL", name) and " WITH " not in name] == []
    assert "readline" in EXCLUDED_MODULES


def test_a_copyleft_without_its_text_is_a_problem():
    lesser = next(each for each in COMPONENTS if "LGPL-3.0-only" in each.licences)
    assert list(table_problems([replace(lesser, texts=())])) != []
    assert list(table_problems([replace(lesser, texts=("none.txt",))])) != []


def installed_licence(name: str) -> str:
    told = importlib.metadata.metadata(name)
    words = [told[key][:200] for key in ("License-Expression", "License") if key in told]
    words += [each for each in told.get_all("Classifier") or [] if each.startswith("License")]
    return "; ".join(words)


def test_the_table_agrees_with_what_packages_say_of_themselves():
    disagreeing = []
    for component in COMPONENTS:
        for package in component.packages:
            if "*" in package:
                continue
            try:
                said = installed_licence(package)
            except importlib.metadata.PackageNotFoundError:
                continue
            wanted = [WORDS[each] for each in component.licences if each in WORDS]
            if not wanted or not re.search("|".join(wanted), said):
                disagreeing.append((package, said))
    assert disagreeing == []


def test_what_is_not_in_the_table_is_found_in_a_bundle(tmp_path: Path, monkeypatch):
    inside = tmp_path / "runout" / "_internal"
    for name in ("torch/lib/libc10.so", "libreadline.so.8", "libdb-5.3.so", "libz.so.1"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).touch()
    monkeypatch.setattr(licences, "packages_in", lambda bundle: ["torch", "left-pad"])
    found = list(licences.bundle_problems(tmp_path / "runout", COMPONENTS))
    assert "libreadline.so.8 is in the bundle and not in licences.toml" in found
    assert "libdb-5.3.so is in the bundle and not in licences.toml" in found
    assert "the package left-pad is in the bundle and not in licences.toml" in found
    assert "the licence of the package torch is not in the bundle" in found
    assert not any("libz" in each or "libc10" in each for each in found)


def test_the_licences_of_pictures_sound_and_models_are_told():
    resources = REPOSITORY / "resources"
    for path in sorted(resources.rglob("*")):
        if path.is_file():
            name = path.relative_to(REPOSITORY).as_posix()
            assert any(each.has_file(name) for each in COMPONENTS), name


def test_every_text_that_is_there_is_named_by_something():
    named = {text for each in COMPONENTS for text in each.texts}
    assert {file.name for file in licences.TEXTS.iterdir()} == named
