"""What macOS knows the application by: its property list, and which documents it opens.

References:
    Apple, Information Property List: CFBundleDocumentTypes, UTExportedTypeDeclarations.
"""

from typing import Any

from git_version import version_numbers

IDENTIFIER = "org.runout.Runout"
PROJECT_TYPE = "org.runout.project"
OLDEST_SYSTEM = "13.0"
"""Of what Qt 6.11 and the wheels of torch support, the newer one."""

RECORDINGS = {
    "WAV recording": ("com.microsoft.waveform-audio",),
    "FLAC recording": ("org.xiph.flac",),
    "AIFF recording": ("public.aiff-audio", "public.aifc-audio"),
}


def property_list(version: str) -> dict[str, Any]:
    """The Info.plist, as far as PyInstaller does not write it itself.

    Args:
        version: PEP 440; macOS takes numbers alone.
    """
    first, second, third, commits = version_numbers(version)
    short = f"{first}.{second}.{third}"
    return {
        "CFBundleDisplayName": "Runout",
        "CFBundleShortVersionString": short,
        "CFBundleVersion": f"{short}.{commits}" if commits else short,
        "LSMinimumSystemVersion": OLDEST_SYSTEM,
        "LSApplicationCategoryType": "public.app-category.music",
        "NSHighResolutionCapable": True,
        "NSSupportsAutomaticGraphicsSwitching": True,
        "CFBundleLocalizations": ["en", "de"],
        "CFBundleDocumentTypes": [*map(_opened, RECORDINGS), _project()],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": PROJECT_TYPE,
                "UTTypeDescription": "Runout project",
                # A folder that the Finder shows as one thing.
                "UTTypeConformsTo": ["com.apple.package"],
                "UTTypeTagSpecification": {"public.filename-extension": ["runout"]},
            }
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": "org.xiph.flac",
                "UTTypeDescription": "FLAC audio",
                "UTTypeConformsTo": ["public.audio"],
                "UTTypeTagSpecification": {"public.filename-extension": ["flac"]},
            }
        ],
    }


def _opened(name: str) -> dict[str, Any]:
    """A kind of recording: read, and left to other programs where it is theirs."""
    return {
        "CFBundleTypeName": name,
        "CFBundleTypeRole": "Viewer",
        "LSHandlerRank": "Alternate",
        "LSItemContentTypes": list(RECORDINGS[name]),
    }


def _project() -> dict[str, Any]:
    return {
        "CFBundleTypeName": "Runout project",
        "CFBundleTypeRole": "Editor",
        "LSHandlerRank": "Owner",
        "LSItemContentTypes": [PROJECT_TYPE],
        "LSTypeIsPackage": True,
    }
