#!/usr/bin/env python3
"""Makes the two font files of the PDF writer from the whole fonts.

Needs Python 3 with fonttools (Debian: python3-fonttools) and the program zstd. The whole fonts are those of Debian's
package fonts-noto-cjk (README.md names the version):

    apt-get download fonts-noto-cjk && dpkg-deb -x fonts-noto-cjk_*.deb whole
    assets/fonts/make.py whole/usr/share/fonts/opentype/noto

The same fonts and the same fonttools give the same files.
"""

import subprocess
import sys
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).resolve().parent
SIMPLIFIED = 2  # the third font of each collection has the mainland's forms

# What is printed between Chinese characters and numbers, in any report and in either language.
SIGNS = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x2030, 0x203E), (0x2070, 0x2079), (0x2080, 0x2089),
    (0x20AC, 0x20AC), (0x2103, 0x2103), (0x2116, 0x2116), (0x2150, 0x218F), (0x2190, 0x2193), (0x2200, 0x226F),
    (0x2460, 0x249B), (0x25A0, 0x25FF), (0x2600, 0x2606), (0x3000, 0x303F), (0x3200, 0x33FF), (0xFE30, 0xFE4F),
    (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6),
]

# 通用规范汉字表 (2013): its 80 characters of the basic plane, and its 196 beyond it, that GBK does not have.
STANDARD_BEYOND_GBK = """
3447 344A 356E 360E 364D 3658 3666 36C3 36DA 36F9 37C3 3807 3813 3918 3944 39D0 39D1 39DF 3AF0 3B0A 3B0E 3B1A 3B4E
3B55 3BBE 3C00 3CC7 3CD8 3CDA 3D14 3D50 3DB2 3E06 3E0C 3E84 3EEC 3F4F 3FE0 4056 40AE 40C5 40CE 415F 4339 4383 4396
43DD 43E1 43F2 4403 44D6 44DB 44E8 44EB 44EC 45D6 45DB 45EA 45F4 4723 4759 48BA 48BC 48D8 497D 4983 4C9F 4CA0 4CA2
4D13 4D14 4D15 4D16 4D17 4D18 4D19 4DAE 9FCD 9FCE 9FCF 20164 20676 20CD0 2139A 21413 235CB 23C97 23C98 23E23 249DB
24A7D 24AC9 25532 25562 255A8 25ED7 26221 2648D 26676 2677C 26B5C 26C21 27FF9 28408 28678 28695 287E0 28B49 28C47
28C4F 28C51 28C54 28E99 29F7E 29F83 29F8C 2A7DD 2A8FB 2A917 2AA30 2AA36 2AA58 2AFA2 2B127 2B128 2B137 2B138 2B1ED
2B300 2B363 2B36F 2B372 2B37D 2B404 2B410 2B413 2B461 2B4E7 2B4EF 2B4F6 2B4F9 2B50D 2B50E 2B536 2B5AE 2B5AF 2B5B3
2B5E7 2B5F4 2B61C 2B61D 2B626 2B627 2B628 2B62A 2B62C 2B695 2B696 2B6AD 2B6ED 2B7A9 2B7C5 2B7E6 2B7F9 2B7FC 2B806
2B80A 2B81C 2B8B8 2BAC7 2BB5F 2BB62 2BB7C 2BB83 2BC1B 2BD77 2BD87 2BDF7 2BE29 2C029 2C02A 2C0A9 2C0CA 2C1D5 2C1D9
2C1F9 2C27C 2C288 2C2A4 2C317 2C35B 2C361 2C364 2C488 2C494 2C497 2C542 2C613 2C618 2C621 2C629 2C62B 2C62C 2C62D
2C62F 2C642 2C64A 2C64B 2C72C 2C72F 2C79F 2C7C1 2C7FD 2C8D9 2C8DE 2C8E1 2C8F3 2C907 2C90A 2C91D 2CA02 2CA0E 2CA7D
2CAA9 2CB29 2CB2D 2CB2E 2CB31 2CB38 2CB39 2CB3B 2CB3F 2CB41 2CB4A 2CB4E 2CB5A 2CB5B 2CB64 2CB69 2CB6C 2CB6F 2CB73
2CB76 2CB78 2CB7C 2CBB1 2CBBF 2CBC0 2CBCE 2CC56 2CC5F 2CCF5 2CCF6 2CCFD 2CCFF 2CD02 2CD03 2CD0A 2CD8B 2CD8D 2CD8F
2CD90 2CD9F 2CDA0 2CDA8 2CDAD 2CDAE 2CDD5 2CE18 2CE1A 2CE23 2CE26 2CE2A 2CE7C 2CE88 2CE93
"""


def two_bytes(encoding, first, second):
    """Every character that two bytes of an encoding stand for."""
    found = set()
    for a in first:
        for b in second:
            try:
                found.add(ord(bytes([a, b]).decode(encoding)))
            except (UnicodeDecodeError, TypeError):
                pass
    return found


def signs():
    return {code for first, last in SIGNS for code in range(first, last + 1)}


def regions():
    return {ord(c) for c in (HERE / "../../data/regions-jiangmen.csv").read_text(encoding="utf-8") if c > " "}


def body():
    """Names of people and places: all of GBK and all of the standard table."""
    standard = {int(code, 16) for code in STANDARD_BEYOND_GBK.split()}
    return signs() | regions() | two_bytes("gbk", range(0x81, 0xFF), range(0x40, 0xFF)) | standard


def headings():
    """Headings and totals: the 3,755 commonest characters and the region names; what is rarer is taken from the body."""
    common = two_bytes("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    return signs() | regions() | common


def make(whole, characters, name):
    options = subset.Options()
    options.font_number = SIMPLIFIED
    options.hinting = False
    options.layout_features = []
    options.desubroutinize = True  # larger as it is, smaller when compressed
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.drop_tables += ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    font = subset.load_font(str(whole), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = None
    plain = HERE / f"{name}.otf"
    font.save(plain)
    packed = plain.with_suffix(".otf.zst")
    # The window holds the whole file, and no more: the reader keeps as much in memory.
    subprocess.run(["zstd", "-q", "-f", "--ultra", "-22", "--zstd=wlog=23", "-o", packed, plain], check=True)
    print(f"{packed.name}: {len(font.getBestCmap())} characters, {packed.stat().st_size} of {plain.stat().st_size} bytes")
    plain.unlink()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    make(folder / "NotoSerifCJK-Regular.ttc", body(), "NotoSerifSC-Regular")
    make(folder / "NotoSansCJK-Bold.ttc", headings(), "NotoSansSC-Bold")
