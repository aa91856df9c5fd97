from app.translation_file import Entry, read_entries, read_head, write_entries

HEAD = '# Words.\nmsgid ""\nmsgstr ""\n"Language: de\\n"\n\n'
ENTRIES = [
    Entry("Open", "Öffnen", places="app/a.py"),
    Entry('say "so"\nand\\or', 'sag „so"\nund\\oder', places="app/b.py"),
    Entry("{name} is gone", "{name} ist weg", True, places="engine/c.py"),
    Entry("Open", "Offen", context="state", places="app/d.py"),
    Entry("New", places="app/e.py"),
]


def test_entries_come_back_as_they_were_written(tmp_path):
    write_entries(tmp_path / "de.po", HEAD, ENTRIES)
    assert read_entries(tmp_path / "de.po") == ENTRIES
    assert read_head(tmp_path / "de.po") == HEAD


def test_each_text_stands_on_one_line(tmp_path):
    write_entries(tmp_path / "de.po", HEAD, ENTRIES)
    lines = (tmp_path / "de.po").read_text(encoding="utf-8").splitlines()
    assert 'msgid "say \\"so\\"\\nand\\\\or"' in lines


def test_a_file_of_words_alone_has_no_entries(tmp_path):
    (tmp_path / "de.po").write_text(HEAD, encoding="utf-8")
    assert read_entries(tmp_path / "de.po") == []
    assert read_head(tmp_path / "de.po") == HEAD
