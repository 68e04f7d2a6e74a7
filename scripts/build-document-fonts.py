"""Builds the fonts of crates/official-document from Liberation Serif.

Needs Python with fonttools 4.68.0 and the four files LiberationSerif-*.ttf of version 2.1.5
(Debian package fonts-liberation2 2.1.5-1). The same inputs give the same bytes.

    python3 scripts/build-document-fonts.py [folder of the LiberationSerif-*.ttf]
"""

import pathlib
import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/liberation2")
TARGET = pathlib.Path(__file__).resolve().parent.parent / "crates" / "official-document" / "fonts"

# The licence reserves the name "Liberation" for the unchanged font.
FAMILY = "CCHC Serif"

KEPT = [
    (0x0020, 0x007E),  # Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A: ă, đ, ĩ, ũ
    (0x01A0, 0x01B0),  # ơ, ư
    (0x0300, 0x036F),  # combining marks
    (0x0391, 0x03C9),  # Greek, for formulas
    (0x1E00, 0x1EFF),  # Latin Extended Additional: every letter with a tone mark
    (0x2010, 0x2044),  # dashes, quotation marks, dots
    (0x2070, 0x209F),  # superior and inferior figures
    (0x20A0, 0x20BF),  # currency: ₫
    (0x2116, 0x2122),  # №, ™
    (0x2190, 0x2195),  # arrows
    (0x2202, 0x2265),  # mathematics: −, √, ≈, ≠, ≤, ≥
    (0x25A0, 0x25CF),  # squares and circles; □ stands for a letter that is not in the font
    (0xFFFD, 0xFFFD),
]

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
)


def build(style: str) -> None:
    font = TTFont(SOURCE / f"LiberationSerif-{style}.ttf", recalcTimestamp=False)
    version = font["name"].getDebugName(5)
    if "2.1.5" not in version:
        sys.exit(f"LiberationSerif-{style}.ttf is {version}, not 2.1.5")
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["DSIG", "GSUB", "GPOS", "GDEF", "kern", "PfEd", "FFTM"]
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.glyph_names = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in KEPT for code in range(first, last + 1)])
    subsetter.subset(font)

    words = {"BoldItalic": "Bold Italic"}.get(style, style)
    names = {
        1: FAMILY,
        3: f"{FAMILY} {words} 2.1.5",
        4: FAMILY if style == "Regular" else f"{FAMILY} {words}",
        6: f"{FAMILY.replace(' ', '')}-{style}",
    }
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]

    held = font.getBestCmap()
    missing = [letter for letter in VIETNAMESE + VIETNAMESE.upper() + "–—…“”‘’≥≤→₫□" if ord(letter) not in held]
    if missing:
        sys.exit(f"{style}: no {' '.join(missing)}")
    target = TARGET / f"cchc-serif-{style.lower()}.ttf"
    font.save(target, reorderTables=True)
    print(f"{target.name}: {target.stat().st_size} bytes, {len(held)} letters")


for style in ["Regular", "Bold", "Italic", "BoldItalic"]:
    build(style)
