"""Builds the sample files that the tests of crates/file-reading read.

All persons, bodies, figures and keys in them are made up.
Needs Python with pyhanko, reportlab, python-docx, pillow, msoffcrypto-tool and freezegun, and the
programs soffice (LibreOffice), chromium and qpdf; fonts DejaVu.

    python3 scripts/build-file-samples.py [office] [pdf] [pictures] [signed]
"""

import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent / "crates" / "file-reading" / "tests" / "samples"

TITLE = "Báo cáo mẫu, số liệu tự đặt"
FIRST = "Tỷ lệ hồ sơ giải quyết đúng hạn của Sở Thí Dụ đạt 97,5%; những việc còn chậm được nêu ở phần sau."
SECOND = "Uỷ ban nhân dân xã Giả Định đã rà soát quyết định, thủ tục, nghĩa vụ; kỳ trước được 1.234 hồ sơ."
LETTERS = "ă â đ ê ô ơ ư Ă Â Đ Ê Ô Ơ Ư ấ ầ ẩ ẫ ậ ắ ằ ẳ ẵ ặ ế ề ể ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự ỳ ỷ ỹ ỵ ý"

FLAT_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"
 xmlns:svg2="x" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.%s">
"""

DOCUMENT = (
    FLAT_HEAD % "text"
    + f"""<office:font-face-decls><style:font-face style:name="DejaVu Sans" svg:font-family="'DejaVu Sans'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="DejaVu Sans" fo:font-size="12pt"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"/></office:styles>
<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>
<style:header-style/><style:footer-style/></style:page-layout>
<style:style style:name="Break" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:break-before="page"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="L">
<style:header><text:p>Đầu trang: cơ quan tự đặt</text:p></style:header><style:footer><text:p>Chân trang: lưu hành nội bộ</text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text><text:h text:outline-level="1">{TITLE}</text:h>
<text:p text:style-name="Standard">{FIRST}<text:note text:note-class="footnote" text:id="n1"><text:note-citation>1</text:note-citation><text:note-body><text:p>Chú thích: con số không có thật.</text:p></text:note-body></text:note></text:p>
<table:table table:name="Bảng1"><table:table-column table:number-columns-repeated="2"/>
<table:table-row><table:table-cell><text:p>Đơn vị</text:p></table:table-cell><table:table-cell><text:p>Điểm</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>Phường Mẫu</text:p></table:table-cell><table:table-cell><text:p>88,25</text:p></table:table-cell></table:table-row></table:table>
<text:p text:style-name="Standard">{LETTERS}</text:p>
<text:p text:style-name="Break">{SECOND}</text:p></office:text></office:body></office:document>"""
)

SHEETS = (
    FLAT_HEAD % "spreadsheet"
    + f"""<office:automatic-styles><number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<style:style style:name="D" style:family="table-cell" style:data-style-name="N1"/></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Số liệu"><table:table-row><table:table-cell office:value-type="string"><text:p>{TITLE}</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Xã Giả Định</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="97.5"><text:p>97,5</text:p></table:table-cell><table:table-cell table:style-name="D" office:value-type="date" office:date-value="2024-03-15"><text:p>15/03/2024</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="Ghi chú"><table:table-row><table:table-cell office:value-type="string"><text:p>Nghĩa vụ được rà soát</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>"""
)

SLIDES = (
    FLAT_HEAD % "presentation"
    + f"""<office:automatic-styles><style:page-layout style:name="P"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="M" style:page-layout-name="P"/></office:master-styles>
<office:body><office:presentation>
<draw:page draw:name="t1" draw:master-page-name="M"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="3cm"><draw:text-box><text:p>{TITLE}</text:p></draw:text-box></draw:frame>
<presentation:notes><draw:frame svg:x="2cm" svg:y="12cm" svg:width="16cm" svg:height="9cm" presentation:class="notes"><draw:text-box><text:p>Ghi chú của người trình bày</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
<draw:page draw:name="t2" draw:master-page-name="M"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="3cm"><draw:text-box><text:p>{SECOND}</text:p></draw:text-box></draw:frame></draw:page>
</office:presentation></office:body></office:document>"""
)

PAGE = f"""<!doctype html><html lang="vi"><meta charset="utf-8"><title>{TITLE}</title>
<style>body{{font-family:"DejaVu Sans"}} .b{{break-before:page}} .c{{columns:2}}</style>
<h1>{TITLE}</h1><p>{FIRST}</p><p>{LETTERS}</p><table border=1><tr><td>Đơn vị<td>Điểm<tr><td>Phường Mẫu<td>88,25</table>
<p class=b>{SECOND}</p></html>"""


def convert(source, form, folder):
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", form, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def repacked(source, target, change):
    """Copies a package, every part through `change(name, content)`; it may give more parts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            for name, content in change(item.filename, old.read(item.filename)):
                new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def build_office():
    import docx
    from msoffcrypto.format.ooxml import OOXMLFile

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, text, forms in (
            ("document.fodt", DOCUMENT, ["odt", "docx", "doc", "pdf"]),
            ("sheets.fods", SHEETS, ["ods", "xlsx", "xls"]),
            ("slides.fodp", SLIDES, ["odp", "pptx"]),
        ):
            source = folder / name
            source.write_text(text, encoding="utf-8")
            for form in forms:
                convert(source, form, folder)
                made = source.with_suffix("." + form)
                shutil.copy(made, SAMPLES / (made.stem + "-libreoffice.pdf" if form == "pdf" else made.name))

        old = docx.Document()
        run = old.add_paragraph().add_run("§¬n vÞ hµnh chÝnh mÉu, sè liÖu tù ®Æt: tæng sè hå s¬ ®· gi¶i quyÕt ®óng h¹n lµ mét tr¨m.")
        run.font.name = ".VnTime"
        old.save(SAMPLES / "tcvn3.docx")

        def with_macros(name, content):
            if name == "[Content_Types].xml":
                content = content.replace(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", b"application/vnd.ms-word.document.macroEnabled.main+xml")
                yield "word/vbaProject.bin", b"no program, only a name"
            yield name, content

        repacked(SAMPLES / "document.docx", SAMPLES / "macros.docm", with_macros)
        with open(SAMPLES / "sheets.xlsx", "rb") as plain, open(SAMPLES / "password.xlsx", "wb") as target:
            OOXMLFile(plain).encrypt("mau", target)

        def locked(name, content):
            if name == "META-INF/manifest.xml":
                entry = b'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
                content = content.replace(b"</manifest:manifest>", entry + b"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>")
            yield name, content

        repacked(SAMPLES / "document.odt", SAMPLES / "password.odt", locked)


def build_pdf():
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        page.write_text(PAGE, encoding="utf-8")
        target = SAMPLES / "document-chromium.pdf"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    pdfmetrics.registerFont(TTFont("DejaVu", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"))
    drawn = canvas.Canvas(str(SAMPLES / "document-reportlab.pdf"), invariant=1)
    drawn.setTitle(TITLE)
    for text in (FIRST, SECOND):
        drawn.setFont("DejaVu", 10)
        for number, line in enumerate((TITLE, text[:60], text[60:], LETTERS[:60])):
            drawn.drawString(60, 780 - 16 * number, line)
        drawn.setFont("Helvetica", 10)
        drawn.drawString(60, 600, "Plain Latin in Helvetica: 1,234.56 (50%)")
        drawn.showPage()
    drawn.save()

    picture = io.BytesIO()
    Image.new("L", (60, 80), 200).save(picture, "PNG")
    drawn = canvas.Canvas(str(SAMPLES / "scan.pdf"), invariant=1)
    for _ in range(2):
        picture.seek(0)
        drawn.drawImage(ImageReader(picture), 0, 0, 595, 842)
        drawn.showPage()
    drawn.save()

    plain = SAMPLES / "document-reportlab.pdf"
    fixed = ["--deterministic-id"]
    secret = ["--static-id", "--static-aes-iv"]
    weak = ["--allow-weak-crypto"]
    for name, options in {
        "packed.pdf": ["--object-streams=generate", *fixed],
        "restricted-rc4.pdf": [*secret, *weak, "--encrypt", "", "chu", "128", "--use-aes=n", "--"],
        "restricted-aes128.pdf": [*secret, *weak, "--encrypt", "", "chu", "128", "--use-aes=y", "--"],
        "restricted-aes256.pdf": [*secret, "--object-streams=generate", "--encrypt", "", "chu", "256", "--"],
        "password.pdf": [*secret, "--encrypt", "mau", "chu", "256", "--"],
    }.items():
        subprocess.run(["qpdf", *options, str(plain), str(SAMPLES / name)], check=True)


def build_pictures():
    from PIL import Image, TiffImagePlugin

    picture = Image.new("RGB", (40, 30), (120, 30, 30))
    picture.save(SAMPLES / "picture.png")
    picture.save(SAMPLES / "picture.gif")
    picture.save(SAMPLES / "picture.webp", lossless=True)
    picture.save(SAMPLES / "picture-lossy.webp")
    exif = Image.Exif()
    exif[0x0112] = 6
    place = {1: "N", 2: (TiffImagePlugin.IFDRational(1), TiffImagePlugin.IFDRational(2), TiffImagePlugin.IFDRational(3)), 3: "E", 4: (TiffImagePlugin.IFDRational(4), TiffImagePlugin.IFDRational(5), TiffImagePlugin.IFDRational(6))}
    exif.get_ifd(0x8825).update(place)
    picture.save(SAMPLES / "picture-gps.jpg", exif=exif)
    picture.save(SAMPLES / "picture-gps.webp", exif=exif)
    picture.save(SAMPLES / "picture.jpg")
    picture.save(SAMPLES / "picture-progressive.jpg", progressive=True)
    picture.save(SAMPLES / "picture.tiff")


MOMENT = "2024-03-15T03:00:00+00:00"


def name_of(common_name, organisation="Sở Thí Dụ (tự đặt)"):
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ])


class Body:
    """A made-up key with its certificate."""

    def __init__(self, common_name, key, issuer=None, authority=False, years=(2023, 2033), stamps=False, serial=None):
        import datetime

        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import ExtendedKeyUsageOID

        self.key = key
        self.name = name_of(common_name)
        above = issuer or self
        usage = dict.fromkeys(["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"], False)
        usage |= {"key_cert_sign": True, "crl_sign": True} if authority else {"digital_signature": True, "content_commitment": True}
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(above.name)
            .public_key(key.public_key())
            .serial_number(serial or 0x1234_5678_9ABC)
            .not_valid_before(datetime.datetime(years[0], 1, 1))
            .not_valid_after(datetime.datetime(years[1], 1, 1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False)
        )
        if stamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        self.certificate = builder.sign(above.key, hashes.SHA256())

    def as_asn1(self):
        from asn1crypto import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        return x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    def key_as_asn1(self):
        from asn1crypto import keys
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return keys.PrivateKeyInfo.load(self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def build_signed():
    import asyncio
    import datetime
    import hashlib

    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding
    from freezegun import freeze_time
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils import generic
    from pyhanko.sign import signers, timestamps
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import cms_embedder
    from pyhanko.sign.signers.pdf_byterange import PdfSignedData
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.registry import SimpleCertificateStore
    from reportlab.pdfgen import canvas

    folder = SAMPLES / "signed"
    folder.mkdir(exist_ok=True)
    strong = lambda: rsa.generate_private_key(65537, 2048)
    root = Body("Gốc Tin Cậy Mẫu", strong(), authority=True, years=(2020, 2040), serial=1)
    middle = Body("Cơ Quan Chứng Thực Mẫu", strong(), root, authority=True, years=(2020, 2040), serial=2)
    other_root = Body("Gốc Khác", ec.generate_private_key(ec.SECP256R1()), authority=True, years=(2020, 2040), serial=3)
    stamper = Body("Dấu Thời Gian Mẫu", strong(), root, stamps=True, serial=4)
    people = {
        "rsa": Body("Nguyễn Văn Mẫu", strong(), middle, serial=0x10),
        "p256": Body("Trần Thị Giả", ec.generate_private_key(ec.SECP256R1()), middle, serial=0x11),
        "p384": Body("Lê Tự Đặt", ec.generate_private_key(ec.SECP384R1()), middle, serial=0x12),
        "p521": Body("Phạm Thí Dụ", ec.generate_private_key(ec.SECP521R1()), middle, serial=0x13),
        "expired": Body("Chứng Thư Hết Hạn", strong(), middle, years=(2020, 2022), serial=0x14),
        "short": Body("Chứng Thư Ngắn Hạn", ec.generate_private_key(ec.SECP256R1()), middle, years=(2023, 2025), serial=0x16),
        "self": Body("Tự Ký Mẫu", strong(), serial=0x15),
    }
    (folder / "root.der").write_bytes(root.certificate.public_bytes(Encoding.DER))
    (folder / "other-root.der").write_bytes(other_root.certificate.public_bytes(Encoding.DER))

    plain = io.BytesIO()
    drawn = canvas.Canvas(plain, invariant=1)
    drawn.drawString(60, 780, "Made-up document to be signed")
    drawn.save()
    plain = plain.getvalue()

    def signer_of(who, **more):
        store = SimpleCertificateStore()
        for body in (root, middle) if who != "self" else ():
            store.register(body.as_asn1())
        return signers.SimpleSigner(signing_cert=people[who].as_asn1(), signing_key=people[who].key_as_asn1(), cert_registry=store, **more)

    def sign(content, who, field="ChuKy1", stamped=False, digest="sha256", signer=None, **more):
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        about = signers.PdfSignatureMetadata(field_name=field, md_algorithm=digest, reason="Phê duyệt số liệu mẫu", location="Xã Giả Định", **more)
        stamps = timestamps.DummyTimeStamper(tsa_cert=stamper.as_asn1(), tsa_key=stamper.key_as_asn1(), certs_to_embed=SimpleCertificateStore.from_certs([root.as_asn1()])) if stamped else None
        out = io.BytesIO()
        with freeze_time(MOMENT):
            signers.PdfSigner(about, signer=signer or signer_of(who), timestamper=stamps).sign_pdf(writer, output=out)
        return out.getvalue()

    def with_update(content):
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        writer.set_info(writer.add_object(generic.DictionaryObject({generic.pdf_name("/Title"): generic.TextStringObject("Changed later")})))
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    cades = {"subfilter": SigSeedSubFilter.PADES}
    good = sign(plain, "rsa")
    changed = good.replace(b"ReportLab", b"ReportLob", 1)
    assert changed != good

    # The hash of the file inside the message, as the first form of PDF signatures had it.
    def sign_sha1(content):
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        embedder = cms_embedder.PdfCMSEmbedder().write_cms(field_name="ChuKy1", writer=writer)
        next(embedder)
        thing = PdfSignedData(obj_type=generic.pdf_name("/Sig"), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED, timestamp=datetime.datetime.fromisoformat(MOMENT), bytes_reserved=16384)
        thing["/SubFilter"] = generic.pdf_name("/adbe.pkcs7.sha1")
        embedder.send(cms_embedder.SigObjSetup(sig_placeholder=thing))
        digest, output = embedder.send(cms_embedder.SigIOSetup(md_algorithm="sha1"))
        with freeze_time(MOMENT):
            message = asyncio.run(signer_of("rsa").async_sign(
                data_digest=hashlib.sha1(digest.document_digest).digest(), digest_algorithm="sha1",
                encap_content_info={"content_type": "data", "content": digest.document_digest}))
        digest.fill_with_cms(output, message)
        return output.getvalue()

    files = {
        "rsa.pdf": good,
        "rsa-sha512.pdf": sign(plain, "rsa", digest="sha512"),
        "rsa-pss.pdf": sign(plain, "rsa", signer=signer_of("rsa", prefer_pss=True)),
        "p256.pdf": sign(plain, "p256"),
        "p384.pdf": sign(plain, "p384", digest="sha384"),
        "p521.pdf": sign(plain, "p521", digest="sha512"),
        "cades.pdf": sign(plain, "rsa", **cades),
        "cades-stamped.pdf": sign(plain, "p256", stamped=True, **cades),
        "short-stamped.pdf": sign(plain, "short", stamped=True, **cades),
        "sha1.pdf": sign_sha1(plain),
        "expired.pdf": sign(plain, "expired"),
        "self-made.pdf": sign(plain, "self"),
        "changed-byte.pdf": changed,
        "changed-proof.pdf": broken_proof(good),
        "appended.pdf": with_update(good),
        "two.pdf": sign(sign(plain, "rsa"), "p256", field="ChuKy2"),
    }
    with freeze_time(MOMENT):
        writer = IncrementalPdfFileWriter(io.BytesIO(good))
        stamped = io.BytesIO()
        tsa = timestamps.DummyTimeStamper(tsa_cert=stamper.as_asn1(), tsa_key=stamper.key_as_asn1(), certs_to_embed=SimpleCertificateStore.from_certs([root.as_asn1()]))
        signers.PdfTimeStamper(tsa, field_name="DauThoiGian").timestamp_pdf(writer, "sha256", output=stamped)
        files["document-stamp.pdf"] = stamped.getvalue()

    verdicts = {}
    for name, content in files.items():
        (folder / name).write_bytes(content)
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        verdicts[name] = [verdict(signature, root.as_asn1(), validate_pdf_signature, ValidationContext) for signature in reader.embedded_regular_signatures]
    (folder / "verdicts.json").write_text(json.dumps(verdicts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def broken_proof(content):
    """Changes a digit in the proof itself, which stands near the end of the message."""
    start = content.index(b"/Contents <") + len(b"/Contents <")
    message = content[start : content.index(b">", start)].rstrip(b"0")
    at = start + len(message) - 20
    return content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :]


def verdict(signature, root, validate, context):
    """What pyHanko says of a signature."""
    import datetime

    moment = datetime.datetime.fromisoformat(MOMENT)
    try:
        status = validate(signature, context(trust_roots=[root], moment=moment, allow_fetching=False, weak_hash_algos=set()), ts_validation_context=context(trust_roots=[root], moment=moment, allow_fetching=False))
    except Exception as fault:
        return {"field": signature.field_name, "fault": type(fault).__name__}
    return {
        "field": signature.field_name,
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "covers_whole_file": status.coverage.name == "ENTIRE_FILE",
        "signer": status.signing_cert.subject.native["common_name"],
        "digest": status.md_algorithm,
        "stamped": None if status.timestamp_validity is None else [status.timestamp_validity.intact, status.timestamp_validity.valid],
    }


if __name__ == "__main__":
    SAMPLES.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:] or ["office", "pdf", "pictures", "signed"]
    if "office" in wanted:
        build_office()
    if "pdf" in wanted:
        build_pdf()
    if "pictures" in wanted:
        build_pictures()
    if "signed" in wanted:
        build_signed()
