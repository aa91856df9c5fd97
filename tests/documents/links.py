"""Whether links and pictures of a document lead somewhere."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from tests.documents.house import PICTURES, REPOSITORY, documents, known_files, text_of
from tests.documents.markdown import Link, read

OUTSIDE = frozenset({"docs.ray.io"})
"""References that may be linked to; no index of packages, no place that sells anything."""


def link_faults(document: str) -> list[str]:
    """What is wrong with the links of a document, in sentences."""
    read_document, files = read(text_of(document)), known_files()
    faults = []
    for link in read_document.links:
        if fault := _fault(document, link, read_document.anchors, files):
            faults.append(f"{document}:{link.line}: {fault}")
    return faults


def _fault(document: str, link: Link, anchors: set[str], files: set[str]) -> str:
    parts = urlsplit(link.target)
    if parts.scheme in ("http", "https"):
        return "" if parts.hostname in OUTSIDE else f"{link.target} is not among the references"
    if parts.scheme or parts.netloc or link.target.startswith(("/", "\\")) or "\\" in link.target:
        return f"{link.target} is neither relative nor a reference"
    if link.is_picture and not link.words.strip():
        return f"{link.target} is a picture without words for those who do not see it"
    if not parts.path:
        return "" if parts.fragment in anchors else f"there is no heading for #{parts.fragment}"
    return _path_fault(document, unquote(parts.path), parts.fragment, files)


def _path_fault(document: str, path: str, fragment: str, files: set[str]) -> str:
    target = _resolved(document, path)
    if target is None:
        return f"{path} leads out of the repository"
    is_folder = any(name.startswith(f"{target}/") for name in files)
    if target not in files and not is_folder:
        return f"{target} is not there"
    if document.startswith("resources/") and not target.startswith("resources/"):
        return f"{target} is not in the built application, where this document is read"
    if fragment and target.endswith(".md") and fragment not in read(text_of(target)).anchors:
        return f"{target} has no heading for #{fragment}"
    return ""


def _resolved(document: str, path: str) -> str | None:
    """A path from the top of the repository; None for one outside."""
    parts: list[str] = []
    for part in (*PurePosixPath(document).parent.parts, *PurePosixPath(path).parts):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def unused_references() -> list[str]:
    """Hosts that may be linked to and are not."""
    links = [link for document in documents() for link in read(text_of(document)).links]
    return sorted(OUTSIDE - {urlsplit(link.target).hostname for link in links})


def unshown_pictures() -> list[str]:
    """Pictures of the documents that no document shows."""
    shown = {
        _resolved(document, unquote(link.target))
        for document in documents()
        for link in read(text_of(document)).links
        if not urlsplit(link.target).scheme
    }
    there = {
        file.relative_to(REPOSITORY).as_posix()
        for folder in PICTURES
        for file in (REPOSITORY / folder).glob("*.*")
    }
    return sorted(there - shown)
