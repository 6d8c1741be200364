"""Files as programs write them, with planted strings that may not come through; everything in them is invented."""

# ruff: noqa: E501 - XML as programs write it has no lines

import io
import zipfile

from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.annotations import Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

PLANTED = "Planted Person"
SECRET_PLACE = "planted-place"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
DOCX_MAIN = WORD_TYPE + "document.main+xml"


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 20), *, orientation: int = 1) -> bytes:
    """A picture, its left half red, with EXIF, a position, a description and a thumbnail's worth of comment."""
    drawing = Image.new("RGB", size, "blue")
    drawing.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = drawing.getexif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = PLANTED
    exif[ExifTags.Base.ImageDescription] = "ISPS beperkt"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = SECRET_PLACE.encode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (51.0, 13.0, 12.5)
    written = io.BytesIO()
    if form == "JPEG":
        drawing.save(written, form, exif=exif, comment=SECRET_PLACE.encode(), xmp=f"<x>{PLANTED}</x>".encode())
    elif form == "PNG":
        texts = PngInfo()
        texts.add_text("Author", PLANTED)
        texts.add_itxt("Description", SECRET_PLACE)
        drawing.save(written, form, exif=exif, pnginfo=texts)
    else:
        drawing.save(written, form, exif=exif, xmp=f"<x>{PLANTED}</x>".encode())
    return written.getvalue()


def _flow(text: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode())
    return stream


def pdf(text: str = "Quay plan", pages: int = 1, *, password: str = "") -> bytes:
    """A PDF with a text on its first page and everything that a PDF can hide."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    page = writer.pages[0]
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    image = StreamObject()
    image._data = picture()
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(40),
            NameObject("/Height"): NumberObject(20),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)}),
            NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(image)}),
        }
    )
    page[NameObject("/Contents")] = writer._add_object(_flow(text))
    private = DecodedStreamObject()
    private.set_data(f"<x>{PLANTED}</x>".encode())
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/X"): writer._add_object(private)})
    note = Text(rect=(10, 10, 50, 50), text="A note on the gate", title_bar=PLANTED)
    writer.add_annotation(0, note)
    writer.add_annotation(0, link("https://example.org/gate"))
    launch = link("https://example.org/x")
    launch[NameObject("/A")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/Launch"),
            NameObject("/F"): TextStringObject(f"{SECRET_PLACE}.exe"),
        }
    )
    writer.add_annotation(0, launch)
    writer.add_metadata(
        {"/Author": PLANTED, "/Title": "Quay plan", "/Keywords": "ISPS restricted", "/Own": "Own property"}
    )
    writer.xmp_metadata = (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{PLANTED}</dc:creator></rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()
    script = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject(f"app.alert('{SECRET_PLACE}');"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = script
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(script)})
    writer.add_attachment(f"{SECRET_PLACE}.txt", PLANTED.encode())
    if password:
        writer.encrypt(password, algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def pdf_with_page(packed: bytes) -> bytes:
    """A PDF whose page's content is this, packed by deflate."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    stream = StreamObject()
    stream._data = packed
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def link(target: str) -> DictionaryObject:
    """An annotation that is a link."""
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (0, 0, 9, 9)]),
            NameObject("/A"): DictionaryObject(
                {
                    NameObject("/S"): NameObject("/URI"),
                    NameObject("/URI"): TextStringObject(target),
                }
            ),
        }
    )


def zipped(entries: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def relationships(*rows: tuple[str, str, str]) -> str:
    """The relationships of a part: id, last word of the type, target; a target with a scheme is outside."""
    return f'<Relationships xmlns="{PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="{name}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if ":" in target or target.startswith("\\\\") else "/>")
        for name, kind, target in rows
    ) + "</Relationships>"  # fmt: skip


def docx_parts(text: str = "Quay plan", header: str = "Header") -> dict[str, str | bytes]:
    """The parts of a Word file with an author, a comment, a picture, a template, properties and custom data."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        f'<Override PartName="/word/document.xml" ContentType="{DOCX_MAIN}"/>'
        f'<Override PartName="/word/comments.xml" ContentType="{WORD_TYPE}comments+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        "</Types>",
        "_rels/.rels": relationships(
            ("rId1", "officeDocument", "word/document.xml"),
            ("rId2", "metadata/core-properties", "docProps/core.xml"),
            ("rId3", "custom-properties", "docProps/custom.xml"),
            ("rId4", "metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Plan of the gate</dc:title>'
        f"<dc:creator>{PLANTED}</dc:creator><cp:lastModifiedBy>{PLANTED}</cp:lastModifiedBy>"
        "<cp:keywords>GEHEIM</cp:keywords></cp:coreProperties>",
        "docProps/custom.xml": '<Properties xmlns="urn:x" xmlns:vt="urn:vt"><property name="Own"><vt:lpwstr>Own property'
        "</vt:lpwstr></property></Properties>",
        "docProps/thumbnail.jpeg": picture(),
        "word/_rels/document.xml.rels": relationships(
            ("rId1", "comments", "comments.xml"),
            ("rId2", "image", "media/image1.jpeg"),
            ("rId3", "hyperlink", "https://example.org/gate"),
            ("rId4", "hyperlink", f"file:///C:/Users/{SECRET_PLACE}/x.docx"),
            ("rId5", "settings", "settings.xml"),
            ("rId6", "header", "header1.xml"),
            ("rId7", "customXml", "../customXml/item1.xml"),
            ("rId8", "image", f"https://{SECRET_PLACE}.example/pixel.png"),
        ),
        "word/document.xml": f'<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONSHIPS}" xmlns:mc="urn:mc" xmlns:w14="urn:w14" '
        f'mc:Ignorable="w14"><w:body><w:p w:rsidR="00AB12CD"><w:r><w:t xml:space="preserve">{text} </w:t></w:r><w:ins w:id="1" '
        f'w:author="{PLANTED}"><w:r><w:t>added</w:t></w:r></w:ins></w:p><w:p><pic name="C:\\Users\\{SECRET_PLACE}\\gate.jpg" '
        'r:embed="rId2"/></w:p></w:body></w:document>',
        "word/comments.xml": f'<w:comments xmlns:w="{WORD}"><w:comment w:id="1" w:author="{PLANTED}" w:initials="PP"><w:p><w:r>'
        f"<w:t>{PLANTED}: look at this</w:t></w:r></w:p></w:comment></w:comments>",
        "word/settings.xml": f'<w:settings xmlns:w="{WORD}" xmlns:r="{RELATIONSHIPS}"><w:attachedTemplate r:id="rId1"/>'
        '<w:rsids><w:rsid w:val="00AB12CD"/></w:rsids></w:settings>',
        "word/_rels/settings.xml.rels": relationships(("rId1", "attachedTemplate", f"file:///C:/{SECRET_PLACE}.dotx")),
        "word/header1.xml": f'<w:hdr xmlns:w="{WORD}"><w:p><w:r><w:t>{header}</w:t></w:r></w:p></w:hdr>',
        "word/media/image1.jpeg": picture(),
        "customXml/item1.xml": f"<x>{PLANTED}</x>",
        "unreached/part.xml": f"<x>{PLANTED}</x>",
    }  # fmt: skip


def docx(text: str = "Quay plan", header: str = "Header") -> bytes:
    """The Word file of these parts."""
    return zipped(docx_parts(text, header))


def xlsx() -> bytes:
    """A table as openpyxl writes it, with a header, a comment and properties."""
    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["A2"] = "Gate", "+32 470 12 34 12", 51.2
    sheet["A1"].comment = Comment(f"{PLANTED}:\nlook at this", PLANTED)
    sheet.oddHeader.center.text = "VERTROUWELIJK"
    book.properties.creator = book.properties.lastModifiedBy = PLANTED
    book.properties.keywords = "Own property"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def odt() -> bytes:
    """A text of LibreOffice's kind."""
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    names = (
        f'xmlns:office="{ns}office:1.0" xmlns:text="{ns}text:1.0" xmlns:style="{ns}style:1.0" xmlns:meta="{ns}meta:1.0" '
        f'xmlns:draw="{ns}drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {names}><office:scripts/><office:body><office:text><text:p>Quay plan</text:p>"
        f"<office:annotation><dc:creator>{PLANTED}</dc:creator><text:p>look at this</text:p></office:annotation>"
        f'<draw:image xlink:href="Pictures/a.jpg"/><draw:image xlink:href="file:///{SECRET_PLACE}/b.jpg"/>'
        '<text:a xlink:href="https://example.org/gate">gate</text:a></office:text></office:body></office:document-content>',
        "styles.xml": f"<office:document-styles {names}><style:header><text:p>GEHEIM</text:p></style:header>"
        "</office:document-styles>",
        "meta.xml": f"<office:document-meta {names}><office:meta><meta:initial-creator>{PLANTED}</meta:initial-creator>"
        "<dc:title>Plan of the gate</dc:title><meta:user-defined>Own property</meta:user-defined></office:meta>"
        "</office:document-meta>",
        "settings.xml": f"<x>{SECRET_PLACE}</x>",
        "Thumbnails/thumbnail.png": picture("PNG"),
        "Pictures/a.jpg": picture(),
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{ns}manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        '<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    })  # fmt: skip
