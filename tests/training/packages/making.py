"""Packages made for the tests: manifests of both standards, a page that speaks with the run-time, and hostile ones."""

import io
import zipfile
from collections.abc import Mapping

from port2port.base.clock import now
from port2port.training.packages import actions
from port2port.training.packages.reading import read
from port2port.training.packages.rules import Head

XML = '<?xml version="1.0" encoding="utf-8"?>'
OLD = """{xml}<manifest identifier="m" version="1"
 xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Gate (invented)</title>
<item identifier="i" identifierref="r"{parameters}><title>At the gate</title>{item}</item>{items}
</organization></organizations>
<resources>{base}<resource identifier="r" type="webcontent" adlcp:scormtype="{kind}" href="{href}">
<file href="{href}"/></resource></resources></manifest>"""
NEW = """{xml}<manifest identifier="m" version="1"
 xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Gate (invented)</title>
<item identifier="i" identifierref="r"{parameters}><title>At the gate</title>{item}</item>{items}
</organization></organizations>
<resources>{base}<resource identifier="r" type="webcontent" adlcp:scormType="{kind}" href="{href}">
<file href="{href}"/></resource></resources></manifest>"""
MASTERY = "<adlcp:masteryscore>80</adlcp:masteryscore>"
MEASURED = """<imsss:sequencing>
<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">
<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing>"""
FIND = """let api = null, at = window;
while (!api && at) { api = at.API ?? at.API_1484_11 ?? null; at = at === at.parent ? null : at.parent; }
const recent = Boolean(window.parent.API_1484_11);
const call = (name, ...given) => api[(recent ? "" : "LMS") + name](...given);
const begin = () => call("Initialize", ""), end = () => call(recent ? "Terminate" : "Finish", "");
"""
PAGE = """<!doctype html><meta charset="utf-8"><title>At the gate</title><h1>At the gate (invented)</h1>
<p id="was"></p><button id="on">Go on</button> <button id="pass">Pass</button> <button id="fail">Fail</button>
<script src="find.js"></script><script>
begin();
const place = recent ? "cmi.location" : "cmi.core.lesson_location", exit = recent ? "cmi.exit" : "cmi.core.exit";
const entry = call("GetValue", recent ? "cmi.entry" : "cmi.core.entry");
document.querySelector("#was").textContent = `${entry}: ${call("GetValue", place)}`;
const status = (said) => recent
  ? [["cmi.success_status", said], ["cmi.completion_status", "completed"]] : [["cmi.core.lesson_status", said]];
const set = (pairs) => pairs.forEach(([name, value]) => call("SetValue", name, value));
document.querySelector("#on").onclick = () => { set([[place, "page 2"], [exit, "suspend"]]); call("Commit", ""); };
document.querySelector("#pass").onclick = () => { set(status("passed")); end(); };
document.querySelector("#fail").onclick = () => { set(status("failed")); end(); };
</script>"""
HEAD = Head("nl", "Aan de poort (verzonnen)", "Wie binnen mag.", 15, ("P01",), 24, 90)
KEY = {
    "language": "nl", "name": HEAD.name, "summary": HEAD.summary, "minutes": "15", "topics": "P01",
    "valid_months": "24", "grace_days": "90",
}  # fmt: skip
FILES = {"index.html": PAGE, "find.js": FIND}


def manifest(standard: str = "1.2", **changes: str) -> str:
    """Return a manifest. `changes`: parts of it that are other than those of a package that is taken."""
    given = {
        "xml": XML, "parameters": "", "item": "", "items": "", "base": "", "kind": "sco", "href": "index.html",
        "version": "2004 4th Edition",
    }  # fmt: skip
    return (OLD if standard == "1.2" else NEW).format(**given | changes)


def package(standard: str = "1.2", files: Mapping[str, str | bytes] | None = None, **changes: str) -> bytes:
    """Return a package."""
    return zipped({"imsmanifest.xml": manifest(standard, **changes), **(FILES if files is None else files)})


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def brought_in(data: bytes | None = None) -> str:
    """Bring a package in as the current actor, and return the slug of its course."""
    return actions.bring_in(read(data or package()), HEAD, at=now())
