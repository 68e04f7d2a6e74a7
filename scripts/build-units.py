#!/usr/bin/env python3
"""Builds the catalogue of administrative units (catalogue/units/*.csv).

    python3 scripts/build-units.py                  fetch the package with pip, build, check
    python3 scripts/build-units.py --wheel FILE     the same from a wheel already at hand
    python3 scripts/build-units.py --out DIR        write elsewhere (to compare with the tree)

Inputs: the Python package vietnamadminunits 1.0.4 (MIT; its wheel is checked
against a hash) for the units before 1/7/2025 and for what became of them;
scripts/data/*.csv (rows of vietnamese-provinces-database, MIT) for the units since
then; the tables in this file for ministries and for Hà Nội's departments.
Licences: catalogue/units/NOTICE.md. Format: docs/formats/units.md.

The same inputs give the same bytes. After writing, the files are read back and
checked; every fault is listed and the exit code is 1.
"""

import argparse
import collections
import csv
import hashlib
import json
import math
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "scripts" / "data"

PACKAGE = "vietnamadminunits==1.0.4"
WHEEL_SHA256 = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35"

LAST_OLD = "2025-06-30"
FIRST_NEW = "2025-07-01"

UNIT_COLUMNS = ["unit", "code", "level", "kind", "name", "short_name", "parent",
                "valid_from", "valid_to", "source", "status", "note"]
LINK_COLUMNS = ["from", "to", "date", "extent", "source", "status", "note"]
SOURCE_COLUMNS = ["source", "title", "issuer", "url", "licence", "note"]

VAU = "S-VAU-MIT"
VPD = "S-VPD-MIT"
VPD52 = "S-VPD-MIT-5.2"

# Longest first: "Thành phố" of a province and of a district are told apart by level.
KIND_WORDS = ["Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã"]
KINDS = {
    ("province", "Thành phố"): "municipality",
    ("province", "Tỉnh"): "province",
    ("district", "Quận"): "urban-district",
    ("district", "Huyện"): "rural-district",
    ("district", "Thị xã"): "town",
    ("district", "Thành phố"): "provincial-city",
    ("commune", "Phường"): "ward",
    ("commune", "Thị trấn"): "township",
    ("commune", "Xã"): "commune",
    ("commune", "Đặc khu"): "special-zone",
}

SOURCES = [
    (VAU, "vietnamadminunits 1.0.4: units of 63 provinces and of 34 provinces, and the table from old to new",
     "Tran Ngoc Minh Hieu", "https://github.com/tranngocminhhieu/vietnamadminunits", "MIT",
     "Python package on PyPI. State of the old units: the last before 1/7/2025 (10,035 communes). "
     "Spelling of the package (it writes Hòa where official lists mix Hoà and Hòa)."),
    (VPD, "Vietnamese provinces database, releases v3.0.2 (July 2025) and v4.x (July 2026)",
     "Thang Le Quoc", "https://github.com/thanglequoc/vietnamese-provinces-database", "MIT",
     "Follows QĐ 19/2025/QĐ-TTg, NQ 202/2025/QH15, NQ 30/2026/QH16, NQ 237/NQ-UBTVQH16."),
    (VPD52, "Vietnamese provinces database, release v5.2.0 (20/9/2026): release note and patch",
     "Thang Le Quoc", "https://github.com/thanglequoc/vietnamese-provinces-database", "MIT",
     "Only the changes of September 2026 (scripts/data/changes-2026.csv). The days are those of the list of acts "
     "of the statistics office as kept by that database: 1/9/2026 and 20/9/2026."),
    ("S-PAR-2023", "Chỉ số cải cách hành chính năm 2023 của các bộ, cơ quan ngang bộ (published results)",
     "Cổng Thông tin điện tử Chính phủ", "xaydungchinhsach.chinhphu.vn (...119240417175319406.htm)", "press",
     "Facts only: which bodies are ranked. Abbreviations of the table were written out."),
    ("S-PAR-2013", "Chỉ số cải cách hành chính năm 2013 (news reprint)",
     "Press", "gaidepnguckhung.blogspot.com/2014/09/bo-giao-thong-vuot-troi-voi-nhieu-cai.html", "press",
     "Facts only."),
    ("S-NLD-2025-02-25", "Hà Nội giảm 6 sở, còn 15 sở sau khi sắp xếp", "Người Lao Động, 25/02/2025",
     "https://nld.com.vn/ha-noi-giam-6-so-con-15-so-sau-khi-sap-xep-sap-nhap-196250225095602691.htm", "press",
     "Facts only."),
    ("S-TN-2025-02-25", "Hà Nội công bố giám đốc sở, ngành sau sắp xếp bộ máy", "Thanh Niên, 25/02/2025",
     "https://thanhnien.vn/ha-noi-cong-bo-10-giam-doc-so-nganh-sau-sap-xep-bo-may-185250225155148982.htm", "press",
     "Facts only. The mergers are also in S-PNO-2025-02-25."),
    ("S-PNO-2025-02-25", "Hà Nội giảm 6 sở, 1 tổ chức hành chính", "Phụ Nữ TP.HCM, 25/02/2025",
     "https://phunuonline.com.vn/ha-noi-giam-6-so-1-to-chuc-hanh-chinh-a1542880.html", "press", "Facts only."),
    ("GK", "General knowledge of the field, no source read", "–", "", "none (no source)", "Always with the status unverified."),
]

# Bodies named in the published results of the index of ministries: name, short name, source, ended, note.
# Dates were not researched. Where a body is generally known to have gone on 1/3/2025, an
# open end would say that it still exists, so the row has that end and is marked unverified.
ENDED = ("tên đọc được ở nguồn; ngày kết thúc (sắp xếp 01/3/2025) là hiểu biết chung, chưa tra cứu"
         " / the name was seen in the source; the end (reorganised on 1/3/2025) is general knowledge, not researched")
GREW = ("chưa tra cứu ngày; tiếp nhận bộ khác ngày 01/3/2025 (hiểu biết chung), ở đây giữ là một đơn vị"
        " / dates not researched; took over other ministries on 1/3/2025 (general knowledge), kept here as one unit")
PLAIN = "chưa tra cứu ngày / dates not researched"
MINISTRIES = [
    ("Bộ Công Thương", "Công Thương", "S-PAR-2023", False, PLAIN),
    ("Bộ Giáo dục và Đào tạo", "Giáo dục và Đào tạo", "S-PAR-2023", False, PLAIN),
    ("Bộ Giao thông vận tải", "Giao thông vận tải", "S-PAR-2023", True, ENDED),
    ("Bộ Kế hoạch và Đầu tư", "Kế hoạch và Đầu tư", "S-PAR-2023", True, ENDED),
    ("Bộ Khoa học và Công nghệ", "Khoa học và Công nghệ", "S-PAR-2023", False, GREW),
    ("Bộ Lao động - Thương binh và Xã hội", "Lao động - Thương binh và Xã hội", "S-PAR-2023", True, ENDED),
    ("Bộ Ngoại giao", "Ngoại giao", "S-PAR-2023", False, PLAIN),
    ("Bộ Nội vụ", "Nội vụ", "S-PAR-2023", False, GREW),
    ("Bộ Nông nghiệp và Phát triển nông thôn", "Nông nghiệp và Phát triển nông thôn", "S-PAR-2023", True, ENDED),
    ("Bộ Tài chính", "Tài chính", "S-PAR-2023", False, GREW),
    ("Bộ Tài nguyên và Môi trường", "Tài nguyên và Môi trường", "S-PAR-2023", True, ENDED),
    ("Bộ Thông tin và Truyền thông", "Thông tin và Truyền thông", "S-PAR-2023", True, ENDED),
    ("Bộ Tư pháp", "Tư pháp", "S-PAR-2023", False, PLAIN),
    ("Bộ Văn hóa, Thể thao và Du lịch", "Văn hóa, Thể thao và Du lịch", "S-PAR-2023", False, PLAIN),
    ("Bộ Xây dựng", "Xây dựng", "S-PAR-2023", False, GREW),
    ("Bộ Y tế", "Y tế", "S-PAR-2023", False, PLAIN),
    ("Ngân hàng Nhà nước Việt Nam", "Ngân hàng Nhà nước", "S-PAR-2023", False, PLAIN),
    ("Ủy ban Dân tộc", "Ủy ban Dân tộc", "S-PAR-2013", True, ENDED),
]

# Hà Nội's departments. Name, kind, phase (both: not touched on 1/3/2025; old; new), source, note.
NLD, TN, PNO = "S-NLD-2025-02-25", "S-TN-2025-02-25", "S-PNO-2025-02-25"
DEPARTMENTS = [
    ("Sở Tư pháp", "department", "both", NLD, ""),
    ("Sở Công Thương", "department", "both", NLD, ""),
    ("Sở Văn hóa và Thể thao", "department", "both", NLD, ""),
    ("Sở Giáo dục và Đào tạo", "department", "both", NLD, ""),
    ("Sở Y tế", "department", "both", NLD, ""),
    ("Thanh tra Thành phố", "department", "both", NLD, ""),
    ("Sở Du lịch", "department", "both", NLD, ""),
    ("Sở Quy hoạch - Kiến trúc", "department", "both", NLD,
     "một nguồn không nêu số văn bản (2026) cho rằng đã nhập vào Sở Xây dựng ngày 10/8/2026; chưa kiểm chứng nên vẫn giữ"
     " / an unverified claim (one source without a document number, 2026) says it joined Sở Xây dựng on 10/8/2026; "
     "kept valid until a document is seen"),
    ("Sở Nội vụ", "department", "old", TN, ""),
    ("Sở Lao động - Thương binh và Xã hội", "department", "old", TN, ""),
    ("Sở Kế hoạch và Đầu tư", "department", "old", TN, ""),
    ("Sở Tài chính", "department", "old", TN, ""),
    ("Sở Nông nghiệp và Phát triển nông thôn", "department", "old", TN, ""),
    ("Sở Tài nguyên và Môi trường", "department", "old", TN, ""),
    ("Sở Thông tin và Truyền thông", "department", "old", TN, ""),
    ("Sở Khoa học và Công nghệ", "department", "old", TN, ""),
    ("Sở Xây dựng", "department", "old", TN, ""),
    ("Sở Giao thông Vận tải", "department", "old", TN, ""),
    ("Văn phòng UBND Thành phố", "department", "old", TN, ""),
    ("Sở Ngoại vụ", "department", "old", TN, ""),
    ("Ban Dân tộc", "department", "old", TN, ""),
    ("Sở Nội vụ", "department", "new", NLD, ""),
    ("Sở Tài chính", "department", "new", NLD, ""),
    ("Sở Nông nghiệp và Môi trường", "department", "new", NLD, ""),
    ("Sở Khoa học và Công nghệ", "department", "new", NLD, ""),
    ("Sở Xây dựng", "department", "new", NLD, ""),
    ("Văn phòng UBND Thành phố", "department", "new", NLD, ""),
    ("Sở Dân tộc và Tôn giáo", "department", "new", NLD, ""),
    ("Ban Quản lý Khu công nghệ cao Hòa Lạc", "administrative-organisation", "old", TN, ""),
    ("Ban Quản lý các Khu công nghiệp và Chế xuất Hà Nội", "administrative-organisation", "old", TN, ""),
    ("Ban Quản lý Khu công nghệ cao và Khu công nghiệp Thành phố Hà Nội", "administrative-organisation", "new", TN, ""),
    ("Trung tâm Phục vụ hành chính công Thành phố Hà Nội", "pilot-organisation", "both", NLD,
     "chưa tra cứu ngày thành lập / day of founding not researched"),
]
DEPARTMENT_LINKS = [  # from (old), to (new), extent, source, note
    ("Sở Nội vụ", "Sở Nội vụ", "part", TN, "trừ Ban Tôn giáo / without Ban Tôn giáo"),
    ("Sở Nội vụ", "Sở Dân tộc và Tôn giáo", "part", TN, "phần Ban Tôn giáo / its Ban Tôn giáo"),
    ("Sở Lao động - Thương binh và Xã hội", "Sở Nội vụ", "whole", TN, ""),
    ("Sở Kế hoạch và Đầu tư", "Sở Tài chính", "whole", TN, ""),
    ("Sở Tài chính", "Sở Tài chính", "whole", TN, ""),
    ("Sở Nông nghiệp và Phát triển nông thôn", "Sở Nông nghiệp và Môi trường", "whole", TN, ""),
    ("Sở Tài nguyên và Môi trường", "Sở Nông nghiệp và Môi trường", "whole", TN, ""),
    ("Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ", "whole", TN, ""),
    ("Sở Khoa học và Công nghệ", "Sở Khoa học và Công nghệ", "whole", TN, ""),
    ("Sở Xây dựng", "Sở Xây dựng", "whole", TN, ""),
    ("Sở Giao thông Vận tải", "Sở Xây dựng", "whole", TN, ""),
    ("Văn phòng UBND Thành phố", "Văn phòng UBND Thành phố", "whole", TN, ""),
    ("Sở Ngoại vụ", "Văn phòng UBND Thành phố", "whole", TN, ""),
    ("Ban Dân tộc", "Sở Dân tộc và Tôn giáo", "whole", TN, ""),
    ("Ban Quản lý Khu công nghệ cao Hòa Lạc",
     "Ban Quản lý Khu công nghệ cao và Khu công nghiệp Thành phố Hà Nội", "whole", TN, ""),
    ("Ban Quản lý các Khu công nghiệp và Chế xuất Hà Nội",
     "Ban Quản lý Khu công nghệ cao và Khu công nghiệp Thành phố Hà Nội", "whole", TN, ""),
]

# Codes on which the two packages differ: (code in vietnamadminunits, code used here).
CODE_FIXES = {"06970": "06978"}

# Links with a doubt that the package cannot settle: (old code, new code) -> note.
DOUBTS = {
    ("09013", "09022"): "tài liệu khác nêu một phần còn nhập vào Xã Ô Diên (09817); nguồn này không có"
    " / other material says that a part also went to Xã Ô Diên (09817); not in this source",
}

# One commune, spelled in two ways by the two packages: (old code, new code). They continue as one unit.
SPELLINGS = {("04603", "04603"), ("25225", "25225"), ("26119", "26119")}


# ---------------------------------------------------------------- small helpers

def nfc(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def slug(text):
    text = text.replace("đ", "d").replace("Đ", "D")
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", text.replace("'", "").replace("’", "")).strip("-")


def same_name(a, b):
    """Equal but for the place of the tone mark (Hoà, Hòa): letters in order, tones as a set."""
    def key(text):
        marks, letters = [], []
        for c in unicodedata.normalize("NFD", text.lower()):
            if c in "\u0300\u0301\u0303\u0309\u0323":
                marks.append(c)
            else:
                letters.append(c)
                if c == " ":
                    marks.append(" ")
        return "".join(letters), "".join(marks)
    return key(a) == key(b)


def official(name):
    """One spelling of the kind word: "Thành Phố Bắc Kạn" is "Thành phố Bắc Kạn"."""
    name = nfc(name)
    for word in KIND_WORDS:
        if name.lower().startswith(word.lower() + " "):
            return word, word + name[len(word):]
    raise SystemExit(f"no kind word in {name!r}")


def named(name, level):
    word, name = official(name)
    short = name[len(word) + 1:]
    if short[0].isdigit():  # "Phường 1": the number alone says nothing
        short = name
    return KINDS[level, word], name, short


def row(unit, code, level, kind, name, short, parent, start, end, source, status, note):
    return dict(zip(UNIT_COLUMNS, (unit, code, level, kind, name, short, parent, start, end, source, status, note)))


def territory(code, level, name, parent, start, end, source, status="seen", note="", unit=None):
    kind, name, short = named(name, level)
    if unit is None:
        unit = f"{code}-{slug(short)}" + (f"-{start[:4]}" if start else "")
    return row(unit, code, level, kind, name, short, parent, start, end, source, status, note)


def kilometres(a, b):
    if None in a or None in b:
        return math.inf
    rad = math.pi / 180
    x = (a[1] - b[1]) * rad * math.cos((a[0] + b[0]) / 2 * rad)
    return 6371 * math.hypot(x, (a[0] - b[0]) * rad)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


# ---------------------------------------------------------------- the package

Old = collections.namedtuple("Old", "key ward_key province district code name where district_where new_province")
New = collections.namedtuple("New", "key province code name where")


def wheel(given, folder):
    if given:
        path = Path(given)
    else:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                        "--no-deps", "--dest", str(folder), PACKAGE], check=True)
        (path,) = Path(folder).glob("*.whl")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        raise SystemExit(f"{path.name}: hash {found} instead of {WHEEL_SHA256}")
    return path


def load(path, folder):
    with zipfile.ZipFile(path) as archive:
        base = archive.extract("vietnamadminunits/data/dataset.db", folder)
        converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
    base = sqlite3.connect(base)
    provinces, districts, old, new = {}, {}, {}, {}
    home = {o: n for n, olds in converter["DICT_PROVINCE"].items() for o in olds}
    for (pk, dk, wk, pc, pn, dc, dn, wc, wn, wlat, wlon, dlat, dlon) in base.execute(
            "select provinceKey, districtKey, wardKey, provinceCode, province, districtCode, district, wardCode, ward,"
            " wardLat, wardLon, districtLat, districtLon from admin_units_legacy"):
        provinces[pc] = (nfc(pn), home[pk])
        districts[dc] = (nfc(dn), pc)
        key = f"{pk}_{dk}_{wk or ''}"
        assert key not in old, key
        # Five island districts had no communes; they stand for themselves.
        old[key] = Old(key, wk or "", pc, dc, wc, nfc(wn) if wn else None, (wlat, wlon), (dlat, dlon), home[pk])
    new_provinces = {}
    for pk, wk, pc, pn, wc, wn, lat, lon in base.execute(
            "select provinceKey, wardKey, provinceCode, province, wardCode, ward, wardLat, wardLon from admin_units"):
        new_provinces[pk] = (pc, nfc(pn))
        assert (pk, wk) not in new, wk
        new[pk, wk] = New((pk, wk), pc, CODE_FIXES.get(wc, wc), nfc(wn), (lat, lon))
    goes = collections.defaultdict(set)
    for pk, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for wk, olds in wards.items():
            for o in olds:
                goes[o].add((pk, wk))
    for pk, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for o, wards in olds.items():
            for w in wards:
                goes[o].add((pk, w["newWardKey"]))
    return provinces, districts, old, new_provinces, new, goes


def untangle(old, new, goes):
    """The package's table was made from names, so two old communes of one name in one
    new province may carry each other's successors (Xã Tân Thạnh of Thới Lai and of Long Phú).
    Where two of one name claim the same successor, the one whose district is nearer keeps it."""
    alike = collections.defaultdict(list)
    for o in old.values():
        if o.ward_key:
            alike[o.new_province, o.ward_key].append(o)
    removed = []
    for group in alike.values():
        for o in group:
            for target in sorted(goes[o.key]):
                mine = kilometres(o.district_where, new[target].where)
                for other in group:
                    if other.key != o.key and target in goes[other.key]:
                        theirs = kilometres(other.district_where, new[target].where)
                        if theirs < mine:
                            removed.append((o, target, other, mine, theirs))
                            break
    for o, target, *_ in removed:
        goes[o.key].discard(target)
    return removed


# ---------------------------------------------------------------- building

def build(path, folder, out):
    provinces, districts, old, new_provinces, new, goes = load(path, folder)
    removed = untangle(old, new, goes)
    links = []
    files = {}
    changes = {(r["level"], r["code"]): r for r in read(DATA / "changes-2026.csv")}

    def changed_later(rows, last):
        """Ends the last version and adds the one of September 2026, where there is one."""
        change = changes.get((last["level"], last["code"]))
        if change:
            last["valid_to"] = (date.fromisoformat(change["date"]) - timedelta(days=1)).isoformat()
            rows.append(territory(last["code"], last["level"], change["name"], last["parent"], change["date"], "",
                                  VPD52, change["status"], change["act"], last["unit"]))

    files["country.csv"] = [row("vn", "VN", "country", "country", "Việt Nam", "Việt Nam", "", "", "", VPD, "seen", "")]

    files["ministries.csv"] = [
        row(slug(name), slug(name).upper(), "ministry", "ministry", name, short, "vn", "",
            "2025-02-28" if ended else "", source, "unverified" if ended else "seen", note)
        for name, short, source, ended, note in MINISTRIES]

    # Provinces.
    today = {r["code"]: r for r in read(DATA / "provinces-2026.csv")}
    after = {}  # new province key of the package -> unit key
    into = collections.defaultdict(list)
    for code, (name, target) in provinces.items():
        into[target].append(code)
    rows, before = [], {}
    for target, codes in into.items():
        code, name_2025 = new_provinces[target]
        now = today[code]
        name_then = now["name_before"] or now["name"]
        if not same_name(name_then, name_2025):
            raise SystemExit(f"{code}: {name_then} and {name_2025}")
        if codes == [code]:  # borders kept: one unit
            if not same_name(provinces[code][0], now["name"]):
                raise SystemExit(f"{code}: {provinces[code][0]} and {now['name']}")
            unit = f"{code}-{slug(named(now['name'], 'province')[2])}"
            before[code] = after[target] = unit
            start = now["valid_from"]
            if code == "46":
                rows.append(territory(code, "province", "Tỉnh Thừa Thiên Huế", "vn", "", "2024-12-31", "GK",
                                      "unverified", "tên đến trước Nghị quyết 175/2024/QH15 (hiệu lực 01/01/2025); hiểu biết chung, "
                                      "chưa đọc nghị quyết / name until NQ 175/2024/QH15 (in force 1/1/2025); general "
                                      "knowledge, the resolution was not read", unit))
            rows.append(territory(code, "province", now["name"], "vn", start, "", VPD, "seen", now["note"], unit))
            changed_later(rows, rows[-1])
            continue
        for c in codes:
            rows.append(territory(c, "province", provinces[c][0], "vn", "", LAST_OLD, VAU))
            before[c] = rows[-1]["unit"]
        first = territory(code, "province", name_then, "vn", FIRST_NEW, "", VPD)
        after[target] = first["unit"]
        rows.append(first)
        if now["name_before"]:
            first["valid_to"] = "2026-04-29"
            rows.append(territory(code, "province", now["name"], "vn", "2026-04-30", "", VPD, "seen",
                                  "NQ 30/2026/QH16", first["unit"]))
        changed_later(rows, rows[-1])
        for c in codes:
            links.append((before[c], after[target], FIRST_NEW, "whole", VAU, "seen", ""))
    files["provinces.csv"] = rows

    # Districts.
    rows, district_unit = [], {}
    for code, (name, province) in districts.items():
        note = ""
        if named(name, "district")[0] == "provincial-city" and named(provinces[province][0], "province")[0] == "municipality":
            note = "thành phố thuộc thành phố trực thuộc trung ương / a city inside a municipality"
        rows.append(territory(code, "district", name, before[province], "", LAST_OLD, VAU, "seen", note))
        district_unit[code] = rows[-1]["unit"]
    files["districts.csv"] = rows

    # Communes.
    now_communes = {r["code"]: r for r in read(DATA / "communes-2026.csv")}
    comes = collections.defaultdict(set)
    for o in goes:
        for target in goes[o]:
            comes[target].add(o)
    continuing = {}  # new key -> Old
    for target, olds in comes.items():
        (o, *more) = olds
        o = old[o]
        n = new[target]
        if more or o.name is None or len(goes[o.key]) > 1:
            continue
        same = same_name(official(o.name)[1], official(n.name)[1])
        if o.code == n.code and (same or (o.code, n.code) in SPELLINGS):
            continuing[target] = o
    rows_before, rows_since = [], []
    old_unit, new_unit = {}, {}
    for target, n in new.items():
        now = now_communes[n.code]
        parent = after[target[0]]
        o = continuing.get(target)
        note = now["note"] if not now["note"].startswith("xã until") else ""
        if n.code in CODE_FIXES.values():
            other = next(k for k, v in CODE_FIXES.items() if v == n.code)
            note = f"{VAU} ghi mã {other} / {VAU} has the code {other}"
        unit = None
        if o:
            first = territory(o.code, "commune", o.name, district_unit[o.district], "", LAST_OLD, VAU)
            rows_since.append(first)
            unit = old_unit[o.key] = first["unit"]
            if (o.code, n.code) in SPELLINGS:
                note = (f"trước 01/7/2025 {VAU} viết là {o.name}; coi là cùng một xã"
                        f" / spelled {o.name} in {VAU} before 1/7/2025; taken for the same commune")
        changed = now["valid_from"] > FIRST_NEW
        name = n.name if changed else now["name"]
        if not same_name(n.name, name):
            raise SystemExit(f"{n.code}: {n.name} and {now['name']}")
        version = territory(n.code, "commune", name, parent, FIRST_NEW, "", VPD, "seen", note, unit)
        new_unit[target] = version["unit"]
        rows_since.append(version)
        if changed:
            version["valid_to"], version["source"] = "2026-04-29", VAU
            rows_since.append(territory(n.code, "commune", now["name"], parent, now["valid_from"], "", VPD, "seen",
                                        "NQ 237/NQ-UBTVQH16", version["unit"]))
        changed_later(rows_since, rows_since[-1])
    for o in old.values():
        if o.key in old_unit:
            continue
        if o.name is None:
            old_unit[o.key] = district_unit[o.district]
            continue
        rows_before.append(territory(o.code, "commune", o.name, district_unit[o.district], "", LAST_OLD, VAU))
        old_unit[o.key] = rows_before[-1]["unit"]
    files["communes-before-2025.csv"] = rows_before
    files["communes-since-2025.csv"] = rows_since

    taken = collections.defaultdict(list)
    for o, target, other, mine, theirs in removed:
        taken[o.key].append((f"{new[target].name} ({new[target].code})",
                             f"{other.name}, {districts[other.district][0]} ({other.code})"))
    for key, targets in goes.items():
        o = old[key]
        for target in targets:
            if old_unit[key] == new_unit[target]:
                continue
            extent, note = ("part" if len(targets) > 1 else "whole"), ""
            if key in taken:
                note = ("bảng của nguồn lập theo tên nên còn ghi "
                        + " và ".join(f"{to}, thực ra hình thành từ {origin}" for to, origin in taken[key]) + "; đã bỏ"
                        + " / the source's name-based table also gives "
                        + " and ".join(f"{to}, which came from {origin}" for to, origin in taken[key]) + "; left out")
            note = DOUBTS.get((o.code, new[target].code), note)
            if o.name is None:
                note = "huyện không có đơn vị cấp xã / the district had no communes"
            links.append((old_unit[key], new_unit[target], FIRST_NEW, extent, VAU, "seen", note))

    # Departments of Hà Nội.
    rows, department = [], {}
    hanoi = before["01"]
    for name, kind, phase, source, note in DEPARTMENTS:
        code = "HN-" + slug(name).upper()
        unit = code.lower() + ("-2025" if phase == "new" else "")
        short = name[3:] if name.startswith("Sở ") else name
        short = short[0].upper() + short[1:]
        rows.append(row(unit, code, "department", kind, name, short, hanoi,
                        "2025-03-01" if phase == "new" else "", "2025-02-28" if phase == "old" else "",
                        source, "seen", note))
        department[name, phase] = unit
    files["hanoi-departments.csv"] = rows
    for a, b, extent, source, note in DEPARTMENT_LINKS:
        links.append((department[a, "old"], department[b, "new"], "2025-03-01", extent, source, "seen", note))

    out.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        rows.sort(key=lambda r: (r["code"], r["valid_from"], r["unit"]))
        write(out / name, UNIT_COLUMNS, rows)
    links = [dict(zip(LINK_COLUMNS, link)) for link in sorted(links, key=lambda x: (x[2], x[0], x[1]))]
    write(out / "links.csv", LINK_COLUMNS, links)
    write(out / "sources.csv", SOURCE_COLUMNS, [dict(zip(SOURCE_COLUMNS, s)) for s in SOURCES])
    return list(files), removed


# ---------------------------------------------------------------- checking what was written

def check(out, names):
    faults, facts = [], []
    rows = [(name, r) for name in names for r in read(out / name)]
    links = read(out / "links.csv")
    sources = {r["source"] for r in read(out / "sources.csv")}
    low = lambda r: r["valid_from"] or "0000-00-00"
    high = lambda r: r["valid_to"] or "9999-99-99"

    for name in names + ["links.csv", "sources.csv"]:
        data = (out / name).read_bytes()
        text = data.decode("utf-8")
        if b"\r" in data or not data.endswith(b"\n"):
            faults.append(f"{name}: line endings")
        if unicodedata.normalize("NFC", text) != text:
            faults.append(f"{name}: not NFC")

    units = collections.defaultdict(list)
    home = {}
    for name, r in rows:
        if home.setdefault(r["unit"], name) != name:
            faults.append(f"{r['unit']}: in {home[r['unit']]} and {name}")
        units[r["unit"]].append(r)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", r["unit"]):
            faults.append(f"{r['unit']}: not a key")
        if r["source"] not in sources:
            faults.append(f"{r['unit']}: source {r['source']}")
        if r["status"] not in ("seen", "unverified"):
            faults.append(f"{r['unit']}: status {r['status']}")
        if low(r) > high(r):
            faults.append(f"{r['unit']}: ends before it begins")
        for column in ("unit", "code", "level", "kind", "name", "short_name"):
            if not r[column]:
                faults.append(f"{r['unit']}: no {column}")
    for unit, versions in units.items():
        versions.sort(key=low)
        if len({v["level"] for v in versions}) > 1:
            faults.append(f"{unit}: several levels (one key for two units)")
        for a, b in zip(versions, versions[1:]):
            if high(a) >= low(b):
                faults.append(f"{unit}: versions overlap")
            if all(a[c] == b[c] for c in ("code", "kind", "name", "parent")):
                faults.append(f"{unit}: two versions say the same")

    def at(day, level):
        return [r for _, r in rows if r["level"] == level and low(r) <= day <= high(r)]

    for day in ("2024-12-31", "2025-06-30", "2025-07-01", "2026-11-01"):
        for level in ("country", "ministry", "province", "district", "commune", "department"):
            seen = collections.Counter(r["code"] for r in at(day, level))
            faults += [f"{day}: {level} {code} {n} times" for code, n in seen.items() if n > 1]

    for _, r in rows:
        if not r["parent"]:
            if r["level"] != "country":
                faults.append(f"{r['unit']}: no parent")
            continue
        parent = units.get(r["parent"])
        if not parent:
            faults.append(f"{r['unit']}: parent {r['parent']} does not exist")
        elif low(r) < low(parent[0]) or high(r) > high(parent[-1]):
            faults.append(f"{r['unit']}: outlives its parent {r['parent']}")

    successors, predecessors = collections.defaultdict(set), collections.defaultdict(set)
    pairs = collections.Counter((x["from"], x["to"]) for x in links)
    faults += [f"link {a} -> {b} {n} times" for (a, b), n in pairs.items() if n > 1]
    for x in links:
        a, b = units.get(x["from"]), units.get(x["to"])
        if not a or not b:
            faults.append(f"link {x['from']} -> {x['to']}: no such unit")
            continue
        if x["extent"] not in ("whole", "part", "unknown") or x["source"] not in sources:
            faults.append(f"link {x['from']} -> {x['to']}: {x['extent']} {x['source']}")
        if high(a[-1]) >= x["date"] or low(b[0]) != x["date"]:
            faults.append(f"link {x['from']} -> {x['to']}: date")
        successors[x["from"]].add(x["to"])
        predecessors[x["to"]].add(x["from"])
    for x in links:
        n = len(successors[x["from"]])
        if (x["extent"] == "whole") and n > 1:
            faults.append(f"link {x['from']} -> {x['to']}: whole, but {n} successors")
    for unit, versions in units.items():
        if versions[0]["level"] not in ("province", "commune", "department"):
            continue
        if versions[-1]["valid_to"] and unit not in successors:
            faults.append(f"{unit}: ended without a successor")
        if versions[0]["valid_from"] and unit not in predecessors:
            faults.append(f"{unit}: began without a predecessor")

    def count(what, found, wanted):
        facts.append(f"{what}: {found}")
        if found != wanted:
            faults.append(f"{what}: {found} instead of {wanted}")

    def under(day, level, parent):
        return [r for r in at(day, level) if r["parent"] == parent]

    count("provinces on 30/6/2025", len(at(LAST_OLD, "province")), 63)
    count("provinces on 1/7/2025", len(at(FIRST_NEW, "province")), 34)
    count("provinces that kept their borders",
          sum(1 for v in units.values() if v[0]["level"] == "province" and low(v[0]) < FIRST_NEW < high(v[-1])), 11)
    count("districts on 30/6/2025", len(at(LAST_OLD, "district")), 696)
    count("districts on 1/7/2025", len(at(FIRST_NEW, "district")), 0)
    count("communes on 30/6/2025", len(at(LAST_OLD, "commune")), 10035)
    count("communes on 1/7/2025", len(at(FIRST_NEW, "commune")), 3321)
    count("communes on 1/11/2026", len(at("2026-11-01", "commune")), 3321)
    kinds = collections.Counter(r["kind"] for r in at(FIRST_NEW, "commune"))
    count("wards, communes, special zones on 1/7/2025",
          (kinds["ward"], kinds["commune"], kinds["special-zone"]), (687, 2621, 13))
    kinds = collections.Counter(r["kind"] for r in at("2026-11-01", "commune"))
    count("wards, communes, special zones on 1/11/2026",
          (kinds["ward"], kinds["commune"], kinds["special-zone"]), (709, 2599, 13))
    kinds = collections.Counter(r["kind"] for r in at("2026-11-01", "province"))
    count("municipalities, provinces on 1/11/2026", (kinds["municipality"], kinds["province"]), (9, 25))
    for r in read(DATA / "provinces-2026.csv"):
        (unit,) = [p["unit"] for p in at("2026-11-01", "province") if p["code"] == r["code"]]
        found = len(under("2026-11-01", "commune", unit))
        if found != int(r["communes"]):
            faults.append(f"{unit}: {found} communes instead of {r['communes']}")
    hanoi = "01-ha-noi"
    old_districts = under(LAST_OLD, "district", hanoi)
    count("Hà Nội: districts on 30/6/2025", len(old_districts), 30)
    keys = {r["unit"] for r in old_districts}
    count("Hà Nội: communes on 30/6/2025", sum(1 for r in at(LAST_OLD, "commune") if r["parent"] in keys), 526)
    count("Hà Nội: communes on 1/7/2025", len(under(FIRST_NEW, "commune", hanoi)), 126)
    # As the press counts: specialised departments, with the office, the inspectorate and Ban Dân tộc;
    # without the other administrative organisations and the pilot centre.
    for day, wanted in (("2025-02-28", (21, 2, 1)), ("2025-03-01", (15, 1, 1))):
        kinds = collections.Counter(r["kind"] for r in under(day, "department", hanoi))
        count(f"Hà Nội: departments, administrative organisations, pilot organisations on {day}",
              (kinds["department"], kinds["administrative-organisation"], kinds["pilot-organisation"]), wanted)
    facts.append("communes that continue as one unit through 1/7/2025: %d" % sum(
        1 for v in units.values() if v[0]["level"] == "commune" and low(v[0]) < FIRST_NEW < high(v[-1])))
    level = {u: v[0]["level"] for u, v in units.items()}
    extents = collections.Counter(
        (level.get(x["from"]), x["extent"]) for x in links)
    facts.append("links: " + ", ".join(f"{a} {b} {n}" for (a, b), n in sorted(extents.items())))
    return faults, facts


def main():
    parser = argparse.ArgumentParser(description="Builds catalogue/units.")
    parser.add_argument("--wheel", help="the wheel of vietnamadminunits 1.0.4, if it is at hand")
    parser.add_argument("--out", default=ROOT / "catalogue" / "units", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        names, removed = build(wheel(options.wheel, folder), folder, options.out)
    faults, facts = check(options.out, names)
    for name in names + ["links.csv", "sources.csv"]:
        print(f"{name}: {len(read(options.out / name))} rows")
    print(f"links left out as confusions of two communes of one name: {len(removed)}")
    for fact in facts:
        print(fact)
    for fault in faults:
        print("FAULT", fault)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
