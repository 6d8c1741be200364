"""What a package says of itself in its imsmanifest.xml: SCORM 1.2 (ADL, 2001) or SCORM 2004, 2nd to 4th edition.

A package of one part is read, and no other: what leads from part to part (prerequisites, sequencing rules, objectives
shared over parts) is refused, since nothing here would do it. Entities and document types are refused too (defusedxml).
"""

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from port2port.base.errors import Invalid, Problem, Text

NAME = "imsmanifest.xml"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
OLD, NEW = "adlcp_rootv1p2", "adlcp_v1p3"  # how the name spaces of the two standards end
PAGES = (".html", ".htm", ".xhtml")
LONGEST_TITLE, LONGEST_DATA, LONGEST_PARAMETERS = 120, 4000, 1000
# Between parts, or over several tries: `limitConditions` counts tries, `mapInfo` shares objectives with other packages.
BETWEEN_PARTS = ("sequencingRules", "limitConditions", "mapInfo")
Standard = Literal["1.2", "2004"]


@dataclass(frozen=True)
class Manifest:
    """What is needed to play a package. `passing`: of 1.2 from 0 to 100, of 2004 from -1 to 1; `threshold`: 0 to 1."""

    standard: Standard
    title: str
    launch: str
    parameters: str = ""
    passing: float | None = None
    threshold: float | None = None
    data: str = ""


def read_manifest(content: bytes, files: Collection[str]) -> Manifest:
    """Return what a manifest says. `files`: the names in the package. Raises Invalid."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise refused(_("Its imsmanifest.xml holds a document type or entities. Export the package again.")) from error
    except (ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise refused(_("Its imsmanifest.xml is not XML that can be read.")) from error
    if local(root) != "manifest" or any(local(one) == "manifest" for one in root.iter() if one is not root):
        raise refused(_("Its imsmanifest.xml is not the manifest of one package."))
    standard, item = _standard(root), _item(root)
    where = _resource(root, item.get("identifierref", ""))
    launch, parameters = _launch(root, where, item.get("parameters", ""), files)
    _check_alone(root)
    passing, threshold = _measures(item, standard)
    title = _text(item, "title") or _text(_organisation(root), "title")
    return Manifest(
        standard, title[:LONGEST_TITLE] or posixpath.basename(launch), launch, parameters, passing, threshold,
        (_text(item, "datafromlms") or _text(item, "dataFromLMS"))[:LONGEST_DATA],
    )  # fmt: skip


def refused(why: Text) -> Invalid:
    """Return why a package is not taken."""
    return Invalid([Problem("file", why)])


def local(element: Element) -> str:
    """Return the name of an element without its name space."""
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if local(one) == name)


def _text(element: Element, name: str) -> str:
    """Return the text of the first child of this name, in one line."""
    found = next((one for one in element if local(one) == name), None)
    return "" if found is None else " ".join("".join(found.itertext()).replace("\x00", "").split())


def _standard(root: Element) -> Standard:
    said = next((_text(one, "schemaversion") for one in root if local(one) == "metadata"), "")
    if said == "1.2":
        return "1.2"
    if said == "CAM 1.3" or said.startswith("2004"):
        return "2004"
    names = {one.tag for one in root.iter()} | {name for one in root.iter() for name in one.attrib}
    if not said and any(f"{OLD}}}" in name for name in names):
        return "1.2"
    if not said and any(f"{NEW}}}" in name for name in names):
        return "2004"
    raise refused(_("This is neither SCORM 1.2 nor SCORM 2004. Export it as one of these."))


def _organisation(root: Element) -> Element:
    every = next(_all(root, "organizations"), None)
    found = [] if every is None else [one for one in every if local(one) == "organization"]
    wanted = "" if every is None else every.get("default", "")
    chosen = next((one for one in found if one.get("identifier") == wanted), found[0] if found else None)
    if chosen is None:
        raise refused(_("Its imsmanifest.xml names no part to open."))
    return chosen


def _item(root: Element) -> Element:
    found = [one for one in _all(_organisation(root), "item") if one.get("identifierref")]
    if not found:
        raise refused(_("Its imsmanifest.xml names no part to open."))
    if len(found) > 1:
        raise refused(
            ngettext_lazy(
                "This package has %(n)d part.",
                "This package has %(n)d parts. Packages of one part (one SCO) are taken: export it so, or one by one.",
                "n",
            )
            % {"n": len(found)}
        )
    return found[0]


def _resource(root: Element, identifier: str) -> Element:
    found = next((one for one in _all(root, "resource") if one.get("identifier") == identifier), None)
    if found is None:
        raise refused(_("Its imsmanifest.xml names a part that is not in it."))
    kinds = {value.lower() for name, value in found.attrib.items() if name.lower().endswith("}scormtype")}
    if kinds != {"sco"}:
        raise refused(_("Its one part tells no result (it is an asset, not a SCO). Export it as a SCO."))
    return found


def _launch(root: Element, resource: Element, parameters: str, files: Collection[str]) -> tuple[str, str]:
    """Return the file to open and what stands after it in the address."""
    bases = [one.get(BASE, "") for one in (root, next(_all(root, "resources"), root), resource)]
    said = "".join(dict.fromkeys(one for one in bases if one)) + resource.get("href", "")
    try:
        parts = urlsplit(said)
    except ValueError as error:
        raise refused(_("What it opens first is no address.")) from error
    if parts.scheme or parts.netloc or parts.path.startswith("/") or "\\" in said:
        raise refused(_("What it opens first lies outside the package."))
    path = posixpath.normpath(unquote(parts.path))
    if path not in files or not path.lower().endswith(PAGES):
        raise refused(_("What it opens first is not a page of the package."))
    given = parameters.lstrip("?&")
    fragment = given if given.startswith("#") else (f"#{parts.fragment}" if parts.fragment else "")
    query = "&".join(one for one in (parts.query, "" if given.startswith("#") else given) if one)
    found = (f"?{query}" if query else "") + fragment
    if len(found) > LONGEST_PARAMETERS or not found.isprintable():
        raise refused(_("What it opens first is no address."))
    return path, found


def _check_alone(root: Element) -> None:
    asked = any(_text(one, "prerequisites") for one in _all(root, "item"))
    if asked or any(local(one) in BETWEEN_PARTS for one in root.iter()):
        raise refused(
            _("It asks for an order of parts, for tries or for goals shared with others. None of this is done here: "
              "export it without.")
        )  # fmt: skip


def _measures(item: Element, standard: Standard) -> tuple[float | None, float | None]:
    """Return from which score it is passed, and from which share it is completed."""
    if standard == "1.2":
        return _number(_text(item, "masteryscore"), 0, 100), None
    passing = None
    for one in _all(item, "primaryObjective"):
        if one.get("satisfiedByMeasure", "false").strip() == "true":
            said = _text(one, "minNormalizedMeasure")
            passing = _number(said, -1, 1) if said else 1.0  # its default, SCORM 2004 4th ed. SN 3.10.2
    threshold = next(_all(item, "completionThreshold"), None)
    if threshold is None:
        return passing, None
    if threshold.get("completedByMeasure", "").strip() == "true":  # 4th edition
        return passing, _number(threshold.get("minProgressMeasure", "1.0"), 0, 1)
    return passing, _number(" ".join((threshold.text or "").split()), 0, 1)


def _number(said: str, least: float, most: float) -> float | None:
    if not said:
        return None
    try:
        found = float(said)
    except ValueError:
        found = least - 1
    if not least <= found <= most:
        raise refused(_("From which score it is passed cannot be read."))
    return found
