"""An export as a MISP writes it, made up for the tests: every shape that the core format has, invented content."""

from typing import Any

UUIDS = [f"5f0e0000-0000-4000-8000-0000000000{n:02x}" for n in range(40)]


def attribute(number: int, kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number), "event_id": "12", "object_id": "0", "object_relation": None, "category": "Network activity",
        "type": kind, "value1": value, "value2": "", "to_ids": True, "uuid": UUIDS[number], "timestamp": "1795000000",
        "distribution": "5", "sharing_group_id": "0", "comment": "", "deleted": False, "disable_correlation": False,
        "first_seen": None, "last_seen": None, "value": value, "Galaxy": [], "ShadowAttribute": [],
    } | more  # fmt: skip


def event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "12", "orgc_id": "3", "org_id": "1", "date": "2026-11-18", "threat_level_id": "2",
        "info": "Lure pages for carriers (test)", "published": True, "uuid": UUIDS[0], "attribute_count": "6",
        "analysis": "1", "timestamp": "1795000100", "distribution": "3", "proposal_email_lock": False, "locked": False,
        "publish_timestamp": "1795000200", "sharing_group_id": "0", "disable_correlation": False, "extends_uuid": "",
        "event_creator_email": "maker@cert.example", "protected": None, "x_unknown": {"kept": [1, 2.5, "ü"]},
        "Org": {"id": "1", "name": "TEST-CERT", "uuid": UUIDS[30], "local": True},
        "Orgc": {"id": "3", "name": "TEST-SOC", "uuid": UUIDS[31], "local": False},
        "Attribute": [
            attribute(1, "domain", "login.example"), attribute(2, "ip-dst|port", "192.0.2.17|443"),
            attribute(3, "domain|ip", "pages.example|192.0.2.18"), attribute(4, "email-src", "x@login.example"),
            attribute(5, "sha256", "ab" * 32), attribute(6, "domain", "old.example", deleted=True),
        ],
        "ShadowAttribute": [], "RelatedEvent": [],
        "Galaxy": [{"id": "7", "uuid": UUIDS[32], "name": "Attack Pattern", "type": "mitre-attack-pattern",
                    "GalaxyCluster": [{"uuid": UUIDS[33], "value": "Phishing - T1566", "tag_name": "x"}]}],
        "Object": [{
            "id": "9", "name": "port2port-container", "meta-category": "misc", "description": "",
            "template_uuid": UUIDS[34],
            "template_version": "1", "uuid": UUIDS[20], "timestamp": "1795000000", "distribution": "5", "comment": "",
            "sharing_group_id": "0", "deleted": False, "ObjectReference": [],
            "Attribute": [attribute(7, "text", "CSQU3054383", object_relation="number")],
        }],
        "EventReport": [{"id": "2", "uuid": UUIDS[21], "event_id": "12", "name": "Note", "content": "Seen twice.",
                         "distribution": "5", "sharing_group_id": "0", "timestamp": "1795000000", "deleted": False}],
        "CryptographicKey": [], "Tag": [{"id": "4", "name": "tlp:amber", "colour": "#ffc000", "exportable": True}],
    } | changes  # fmt: skip
