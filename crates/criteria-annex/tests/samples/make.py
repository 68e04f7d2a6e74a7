"""Builds the sample files that the tests of crates/criteria-annex read. All criteria in them are made up.

Needs Python with python-docx and openpyxl, and the program soffice (LibreOffice).

    python3 crates/criteria-annex/tests/samples/make.py
"""

import datetime
import pathlib
import subprocess
import tempfile

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl.styles import Font

HERE = pathlib.Path(__file__).resolve().parent
W = nsdecls("w")

HEAD = ["STT", "Lĩnh vực/Tiêu chí/Tiêu chí thành phần", "Điểm tối đa", "Điểm đánh giá", None, "Ghi chú"]
HEAD_2 = [None, None, None, "Tự chấm", "Hội đồng thẩm định", None]
ROWS = [
    ("I", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", 4.5, ""),
    ("1", "Kế hoạch cải cách hành chính năm", 3, ""),
    ("1.1", "Ban hành kế hoạch", 1, "Quyết định"),
    ("", "Kịp thời", 1, ""),
    ("", "Không kịp thời", 0.5, ""),
    ("", "Không ban hành", 0, ""),
    ("1.2", "Mức độ hoàn thành kế hoạch", 2, ""),
    ("", "Trên 90%", 2, ""),
    ("", "Từ 70% - 90%", 1, ""),
    ("", "Dưới 70%", 0, ""),
    ("2", "Công khai tiến độ giải quyết hồ sơ", 1.5, ""),
    ("a)", "Cấp tỉnh đã công khai", 0.75, ""),
    ("b)", "Cấp xã đã công khai", 0.75, ""),
    ("II", "TÁC ĐỘNG CỦA CẢI CÁCH", 2, ""),
    ("1", "Mức độ hài lòng của người dân", 2, "Điều tra XHH"),
]


def set_numbering(document):
    """Two lists: roman numbers for areas and decimal ones for criteria and components."""
    numbering = document.part.numbering_part.element
    areas = parse_xml(
        f'<w:abstractNum {W} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    )
    criteria = parse_xml(
        f'<w:abstractNum {W} w:abstractNumId="91"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1.%2."/></w:lvl></w:abstractNum>'
    )
    first = numbering.find(qn("w:num"))
    for kind in (areas, criteria):
        first.addprevious(kind)
    for number, kind, anew in ((90, 90, False), (91, 91, False), (92, 91, True)):
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if anew else ""
        numbering.append(parse_xml(f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{override}</w:num>'))


def number(paragraph, list_id, level):
    properties = paragraph._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'))


def shown(points):
    return str(points).replace(".", ",")


def make_docx(path, with_deleted_row):
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = datetime.datetime(2026, 1, 1)
    document.core_properties.author = "maintainers"
    set_numbering(document)
    document.add_paragraph("PHỤ LỤC I. BỘ TIÊU CHÍ")
    table = document.add_table(rows=2, cols=6)
    for column, heading in enumerate(HEAD):
        if heading:
            table.cell(0, column).text = heading
    for column in (0, 1, 2, 5):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(0, 3).merge(table.cell(0, 4))
    table.cell(1, 3).text, table.cell(1, 4).text = HEAD_2[3], HEAD_2[4]
    area = 0
    for code, name, points, note in ROWS:
        cells = table.add_row().cells
        # Codes of areas, criteria and components are counted by Word, not typed.
        if code in ("I", "II"):
            area += 1
            number(cells[0].paragraphs[0], 90, 0)
        elif code and code[0].isdigit():
            number(cells[0].paragraphs[0], 90 + area, code.count("."))
        else:
            cells[0].text = code
        cells[1].text = name
        cells[2].text = shown(points)
        cells[5].text = note
    # A raised footnote mark behind the points of the first area: 4,5 and not 4,51.
    mark = table.cell(2, 2).paragraphs[0].add_run("1")
    mark.font.superscript = True
    # Text that was deleted and text that was put in under tracked changes.
    paragraph = table.cell(3, 1).paragraphs[0]._p
    deleted = '<w:del {} w:id="1" w:author="x"><w:r><w:delText> cũ</w:delText></w:r></w:del>'
    inserted = '<w:ins {} w:id="2" w:author="x"><w:r><w:t xml:space="preserve"> 2026</w:t></w:r></w:ins>'
    paragraph.append(parse_xml(deleted.format(W)))
    paragraph.append(parse_xml(inserted.format(W)))
    if with_deleted_row:
        # A row that was deleted under tracked changes; LibreOffice would write it as if it were there.
        gone = table.add_row()
        gone.cells[0].text, gone.cells[1].text = "III", "LĨNH VỰC ĐÃ XÓA"
        properties = gone._tr.get_or_add_trPr()
        properties.append(parse_xml(f'<w:del {W} w:id="3" w:author="x"/>'))
    total = table.add_row().cells
    total[0].merge(total[1]).text = "Tổng cộng"
    total[2].text = "6,5"
    # The options of a criterion beside one code that reaches over all rows.
    for first, last in ((4, 7), (8, 11)):
        upper, lower = table.cell(first, 0)._tc, [table.cell(row, 0)._tc for row in range(first + 1, last + 1)]
        upper.get_or_add_tcPr().append(parse_xml(f'<w:vMerge {W} w:val="restart"/>'))
        for cell in lower:
            cell.get_or_add_tcPr().append(parse_xml(f"<w:vMerge {W}/>"))
    document.add_paragraph("Sau bảng")
    second = document.add_table(rows=1, cols=2)
    second.cell(0, 0).text, second.cell(0, 1).text = "Nơi nhận", "Chủ tịch"
    document.save(path)


def make_xlsx():
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime.datetime(2026, 1, 1)
    sheet = book.active
    sheet.title = "Phụ lục I"
    sheet.append(["PHỤ LỤC I. BỘ TIÊU CHÍ"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEAD)
    sheet.append(HEAD_2)
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"):
        sheet.merge_cells(area)
    for code, name, points, note in ROWS:
        sheet.append([code or None, name, points, None, None, note or None])
        sheet.cell(sheet.max_row, 2).font = Font(bold=code in ("I", "II"))
    sheet.append(["Tổng cộng", None, "=C4+C17"])
    sheet.merge_cells(f"A{sheet.max_row}:B{sheet.max_row}")
    # A sheet of codes as numbers: 1.10 has lost its zero, a code and points became dates, an error, a hidden row.
    typed = book.create_sheet("Số và ngày")
    typed.append(["STT", "Tiêu chí", "Điểm tối đa"])
    typed.append([1, "CHỈ ĐẠO", 11])
    for place in range(1, 12):
        typed.append([float(f"1.{place}"), f"Tiêu chí {place}", 1])
    typed.append([2, "THỂ CHẾ", 4])
    typed.append([datetime.datetime(2026, 1, 2), "Mã thành ngày", 1])
    typed.append(["2.2", "Điểm thành ngày", datetime.datetime(2026, 5, 1)])
    typed.append(["2.3", "Lỗi", "#N/A"])
    typed.append(["2.4", "Công thức không có kết quả", "=1+1"])
    typed.append(["2.5", "Dòng ẩn", 1])
    typed.row_dimensions[typed.max_row].hidden = True
    book.save(HERE / "annex.xlsx")


def convert(source, target, ending):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending, "--outdir", folder, source],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        made = next(pathlib.Path(folder).glob(f"*.{ending.split(':')[0]}"))
        (HERE / target).write_bytes(made.read_bytes())


make_docx(HERE / "annex.docx", with_deleted_row=True)
make_xlsx()
# The same tables written once more by LibreOffice; formulas have results there.
with tempfile.TemporaryDirectory() as work:
    plain = pathlib.Path(work) / "annex.docx"
    make_docx(plain, with_deleted_row=False)
    convert(plain, "annex-libreoffice.docx", "docx")
convert(HERE / "annex.xlsx", "annex-libreoffice.xlsx", "xlsx")
convert(HERE / "annex.xlsx", "annex-libreoffice.html", "html")
