"""What Windows tells about the two programs: the version resource that each carries.

References:
    Microsoft, "VERSIONINFO resource": fixed numbers, then texts in US English and Unicode.
"""

from git_version import version_numbers

PROGRAMS = {"runout": "Runout, from the command line", "runout-window": "Runout"}
"""By file name, without its suffix: what the Explorer calls it."""


def version_resource(name: str, version: str) -> str:
    """The resource of a program, in the form that PyInstaller reads.

    Args:
        name: one of PROGRAMS.
        version: PEP 440; the fixed part takes four numbers.
    """
    numbers = version_numbers(version)
    texts = {
        "CompanyName": "Runout",
        "FileDescription": PROGRAMS[name],
        "FileVersion": version,
        "InternalName": name,
        "OriginalFilename": f"{name}.exe",
        "ProductName": "Runout",
        "ProductVersion": version,
    }
    table = ", ".join(f"StringStruct({key!r}, {text!r})" for key, text in texts.items())
    return (
        "VSVersionInfo(\n"
        f"  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0,"
        " OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),\n"
        f"  kids=[StringFileInfo([StringTable('040904B0', [{table}])]),"
        " VarFileInfo([VarStruct('Translation', [1033, 1200])])],\n"
        ")\n"
    )
