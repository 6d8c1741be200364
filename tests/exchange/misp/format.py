"""JSON Schemas of what we send, written by hand from the drafts of MISP: core format and object template format.

MISP writes numbers as text; what the drafts call MUST is required here.
"""

from typing import Any

UUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
NUMBER = {"type": "string", "pattern": "^[0-9]+$"}
FAR = {"enum": ["0", "1", "2", "3", "4", "5"]}
TAG = {
    "type": "object", "required": ["name"], "additionalProperties": False,
    "properties": {"name": {"type": "string", "minLength": 1},
                   "colour": {"type": "string", "pattern": "^#[0-9a-f]{6}$"}},
}  # fmt: skip
ORG = {
    "type": "object", "required": ["uuid", "name"], "additionalProperties": False,
    "properties": {"uuid": UUID, "name": {"type": "string", "minLength": 1}},
}  # fmt: skip
SIGHTING = {
    "type": "object", "required": ["type", "uuid", "date_sighting"],
    "properties": {"type": {"enum": ["0", "1", "2"]}, "uuid": UUID, "date_sighting": NUMBER, "Organisation": ORG},
}  # fmt: skip
ATTRIBUTE: dict[str, Any] = {
    "type": "object",
    "required": ["uuid", "type", "category", "value", "to_ids", "timestamp", "distribution", "comment", "deleted"],
    "properties": {
        "uuid": UUID, "to_ids": {"type": "boolean"}, "timestamp": NUMBER, "distribution": FAR,
        "category": {"enum": ["Network activity", "Payload delivery", "Other", "External analysis"]},
        "type": {"enum": ["text", "float", "datetime", "ip-dst", "domain", "url", "link", "comment", "md5", "sha1",
                          "sha256", "sha512"]},
        "value": {"type": "string", "minLength": 1}, "Sighting": {"type": "array", "items": SIGHTING},
    },
}  # fmt: skip
REFERENCE = {
    "type": "object",
    "required": ["uuid", "object_uuid", "referenced_uuid", "relationship_type", "timestamp", "deleted"],
    "properties": {"uuid": UUID, "object_uuid": UUID, "referenced_uuid": UUID, "timestamp": NUMBER},
}  # fmt: skip
OBJECT = {
    "type": "object",
    "required": ["uuid", "name", "meta-category", "description", "template_uuid", "template_version", "timestamp",
                 "distribution", "deleted", "Attribute"],
    "properties": {
        "uuid": UUID, "template_uuid": UUID, "template_version": NUMBER, "timestamp": NUMBER, "distribution": FAR,
        "Attribute": {"type": "array", "minItems": 1,
                      "items": ATTRIBUTE | {"required": [*ATTRIBUTE["required"], "object_relation"]}},
        "ObjectReference": {"type": "array", "items": REFERENCE},
    },
}  # fmt: skip
CLUSTER = {
    "type": "object", "required": ["uuid", "type", "value", "tag_name", "description", "source", "authors", "version"],
    "properties": {"uuid": UUID, "authors": {"type": "array"}, "meta": {"type": "object"}},
}  # fmt: skip
HEAD: dict[str, Any] = {
    "info": {"type": "string", "minLength": 1}, "date": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d$"},
    "threat_level_id": {"enum": ["1", "2", "3", "4"]}, "analysis": {"enum": ["0", "1", "2"]}, "timestamp": NUMBER,
    "Orgc": ORG, "Tag": {"type": "array", "items": TAG},
}  # fmt: skip
EVENT = {
    "type": "object", "required": ["Event"], "additionalProperties": False,
    "properties": {"Event": {
        "type": "object",
        "required": ["uuid", "published", "publish_timestamp", "distribution", "sharing_group_id", *HEAD],
        "properties": HEAD | {
            "uuid": UUID, "published": {"type": "boolean"}, "publish_timestamp": NUMBER, "distribution": FAR,
            "sharing_group_id": NUMBER, "Attribute": {"type": "array", "items": ATTRIBUTE},
            "Object": {"type": "array", "items": OBJECT},
            "EventReport": {"type": "array", "items": {
                "type": "object", "required": ["uuid", "name", "content", "distribution", "timestamp", "deleted"]}},
            "Galaxy": {"type": "array", "items": {
                "type": "object", "required": ["uuid", "name", "type", "description", "version", "GalaxyCluster"],
                "properties": {"GalaxyCluster": {"type": "array", "items": CLUSTER}}}},
        },
    }},
}  # fmt: skip
MANIFEST = {
    "type": "object", "propertyNames": UUID,
    "additionalProperties": {
        "type": "object", "required": list(HEAD), "additionalProperties": False, "properties": HEAD},
}  # fmt: skip
TEMPLATE = {
    "type": "object",
    "required": ["name", "meta-category", "description", "version", "uuid", "attributes", "requiredOneOf"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"}, "meta-category": {"enum": ["misc"]}, "description": {"type": "string"},
        "version": {"type": "integer"}, "uuid": UUID, "requiredOneOf": {"type": "array", "items": {"type": "string"}},
        "attributes": {"type": "object", "additionalProperties": {
            "type": "object", "required": ["misp-attribute", "description", "ui-priority"],
            "additionalProperties": False,
            "properties": {
                "misp-attribute": {"enum": ["text", "float", "datetime"]}, "description": {"type": "string"},
                "ui-priority": {"enum": [0, 1]}, "categories": {"type": "array"}, "multiple": {"type": "boolean"},
                "disable_correlation": {"type": "boolean"}}}},
    },
}  # fmt: skip
