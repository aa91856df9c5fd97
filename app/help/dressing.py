"""Dressing: what Qt's Markdown leaves plain: anchors, margins, tables, code and links."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextTable,
)

MARGIN = 28.0
"""Pixels around the page."""
_ABOVE = {1: 4.0, 2: 26.0, 3: 18.0}
"""Pixels above a heading, by its level."""
_LARGEST = 4
"""Steps by which the text of a heading would be larger at level 0."""
_LINE_PERCENT = 128.0
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def dress(document: QTextDocument, colours: Mapping[str, str], anchors: Sequence[str]) -> None:
    """Make a document that was set as Markdown fit to be read.

    Args:
        document: it.
        colours: of the theme, by name.
        anchors: of its headings, in their order.
    """
    waiting = list(anchors)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    document.setDocumentMargin(MARGIN)
    for block in list(_blocks(document)):
        level = block.blockFormat().headingLevel()
        cursor.setPosition(block.position())
        if level:
            cursor.mergeBlockFormat(_heading(level))
            _dress_heading(block, level)
            _put_anchor(cursor, waiting.pop(0) if waiting else "")
        elif _is_code(block):
            cursor.mergeBlockFormat(_code(block, colours))
        else:
            cursor.mergeBlockFormat(_text(block, colours))
        _dress_words(block, colours)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, colours)
    cursor.endEditBlock()


def place_of(document: QTextDocument, anchor: str) -> QTextBlock | None:
    """The block of a heading, by its anchor."""
    for block in _blocks(document):
        if anchor and anchor_of(block) == anchor:
            return block
    return None


def anchor_of(block: QTextBlock) -> str:
    """The anchor of a block; empty where it is no heading."""
    if not block.blockFormat().headingLevel():
        return ""
    named = (told.anchorNames() for _, _, told in _parts(block))
    return next((names[0] for names in named if names), "")


def pictures(document: QTextDocument) -> list[tuple[int, QTextImageFormat]]:
    """Where pictures stand, and how."""
    return [
        (start, told.toImageFormat())
        for block in _blocks(document)
        for start, _, told in _parts(block)
        if told.isImageFormat()
    ]


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _parts(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Where each stretch of one format starts and stops; fragments do not outlive a change."""
    found = []
    at = block.begin()
    while not at.atEnd():
        part = at.fragment()
        found.append((part.position(), part.position() + part.length(), part.charFormat()))
        at += 1
    return found


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)


def _heading(level: int) -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setTopMargin(_ABOVE.get(level, 14.0))
    made.setBottomMargin(6.0)
    return made


def _code(block: QTextBlock, colours: Mapping[str, str]) -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setBackground(QColor(colours["window"]))
    made.setLeftMargin(10.0)
    made.setTopMargin(0.0 if _is_code(block.previous()) else 6.0)
    made.setBottomMargin(0.0 if _is_code(block.next()) else 12.0)
    made.setNonBreakableLines(False)  # a long command is wrapped, not cut off
    return made


def _text(block: QTextBlock, colours: Mapping[str, str]) -> QTextBlockFormat:
    is_item = block.textList() is not None
    made = QTextBlockFormat()
    made.setNonBreakableLines(False)
    if block.blockFormat().hasProperty(QTextFormat.Property.BlockQuoteLevel):
        made.setBackground(QColor(colours["window"]))
        made.setRightMargin(0.0)
    made.setTopMargin(2.0 if is_item else 5.0)
    made.setBottomMargin(2.0 if is_item else 7.0)
    if not any(told.isImageFormat() for _, _, told in _parts(block)):
        made.setLineHeight(_LINE_PERCENT, _PROPORTIONAL)
    return made


def _dress_heading(block: QTextBlock, level: int) -> None:
    """One size for all of it: code or italics in a heading are small otherwise."""
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    made = QTextCharFormat()
    made.setProperty(QTextFormat.Property.FontSizeAdjustment, _LARGEST - level)
    made.setFontWeight(QFont.Weight.Bold)
    cursor.mergeCharFormat(made)


def _put_anchor(cursor: QTextCursor, name: str) -> None:
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
    made = QTextCharFormat()
    made.setAnchor(True)
    made.setAnchorNames([name])
    cursor.mergeCharFormat(made)


def _dress_words(block: QTextBlock, colours: Mapping[str, str]) -> None:
    """Code in the font of code, links in the colour of links."""
    cursor = QTextCursor(block)
    for start, stop, told in _parts(block):
        made = QTextCharFormat(told)
        if told.fontFixedPitch():
            fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            made.setFontFamilies(fixed.families())
            made.clearProperty(QTextFormat.Property.FontPointSize)  # as large as the text around
            if not _is_code(block):
                made.setBackground(QColor(colours["window"]))
        if told.anchorHref():
            made.setForeground(QBrush(QColor(colours["focus"])))
        if made != told:
            cursor.setPosition(start)
            cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(made)


def _dress_table(table: QTextTable, colours: Mapping[str, str]) -> None:
    shape = table.format()
    shape.setCellPadding(5.0)
    shape.setCellSpacing(0.0)
    shape.setBorder(1.0)
    shape.setBorderCollapse(True)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QBrush(QColor(colours["line"])))
    shape.setTopMargin(6.0)
    shape.setBottomMargin(10.0)
    table.setFormat(shape)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        made = cell.format()
        made.setBackground(QColor(colours["window"]))
        cell.setFormat(made)
