"""The names by which DOCX, XLSX and PPTX call their parts and elements: what stays, what goes, what is refused.

Sources: ECMA-376 parts 1 and 2; [MS-DOCX], [MS-XLSX], [MS-PPTX] for the newer parts.
"""

import re

CONTENT_TYPES = "[Content_Types].xml"
OFFICE_DOCUMENT = "officeDocument"
FORMATS = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES = {
    FORMATS + "wordprocessingml.document.main+xml": FORMATS + "wordprocessingml.document",
    FORMATS + "spreadsheetml.sheet.main+xml": FORMATS + "spreadsheetml.sheet",
    FORMATS + "presentationml.presentation.main+xml": FORMATS + "presentationml.presentation",
}
NOWHERE = "about:blank"

# Relationships, by the last word of their type, that are not followed: what they lead to is left behind.
LEFT_BEHIND = {
    "core-properties": "properties",
    "extended-properties": "properties",
    "custom-properties": "properties",
    "customxml": "custom_data",
    "classificationlabels": "properties",
    "thumbnail": "thumbnail",
    "people": "author",
    "printersettings": "printer",
    "revisionheaders": "revisions",
    "revisionlog": "revisions",
    "usernames": "author",
    "changesinfo": "revisions",
    "revisioninfo": "revisions",
    "attachedtemplate": "template",
    "tags": "custom_data",
    "hdphoto": "effect",
    "font": "fonts",
    "origin": "signature",
}
CODE = frozenset(
    {
        "vbaproject",
        "wordvbadata",
        "activexcontrolbinary",
        "control",
        "xlmacrosheet",
        "xlintlmacrosheet",
        "attachedtoolbars",
        "keymapcustomizations",
        "extensibility",
        "usercustomization",
    }
)
EMBEDDED = {"oleobject", "afchunk", "subdocument", "audio", "video", "media"}
HYPERLINK = "hyperlink"
SAFE_LINK = re.compile(r"(?:https?|mailto|tel):|#", re.IGNORECASE)

# Attributes, by name without prefix, that say who or on which machine.
PEOPLE = {"author", "initials", "userid", "providerid", "username", "lastauthor"}
# In these elements also "name" and "displayName", which elsewhere name shapes and tables.
NAMED_PEOPLE = {"cmAuthor", "author", "person"}
LEFT_OUT = frozenset(
    {
        "rsids",
        "attachedTemplate",
        "docVars",
        "docId",
        "mailMerge",
        "absPath",
        "fileSharing",
        "revisionPtr",
        "custDataLst",
        "removePersonalInformation",
        "printerSettings",
    }
)
CONNECTION = {"connection", "command", "sourceFile", "odcFile", "url", "server"}
PATHS = {"descr", "title", "name", "href", "src"}
PATH = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|file:|/(?:Users|home)/)[^\n]*[\\/]", re.IGNORECASE)
REFERENCES = re.compile(r"r:\w+|\w+:(?:id|embed|link|pict|dm|lo|qs|cs)")

LINES = frozenset(
    {
        "p",
        "row",
        "si",
        "comment",
        "title",
        "subject",
        "keywords",
        "description",
        "category",
        "contentStatus",
        "lpwstr",
        "lpstr",
        "property",
        "oddHeader",
        "oddFooter",
        "evenHeader",
        "evenFooter",
        "firstHeader",
        "firstFooter",
        "br",
        "cr",
        "TitlesOfParts",
    }
)
CELLS = frozenset({"c", "tab", "tc"})
SHEET_HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
SHEET_CODES = re.compile(r"&(?:\"[^\"]*\"|[0-9]{1,3}|K[0-9A-Fa-f+-]{6}|[LCR]|[A-Z])")
READ = frozenset({"t", "v", "delText", "text", "f"}) | SHEET_HEADERS
PROPERTIES_READ = frozenset(
    {"title", "subject", "keywords", "description", "category", "contentStatus", "lpwstr", "lpstr"}
)
DDE = re.compile(r"\bDDE(?:AUTO)?\b")
XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe<|\xfe\xff\x00<")
SHORTEST_AUTHOR = 3  # a name to look for at the head of a note; "AB" stands in too many words
