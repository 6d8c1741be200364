"""What the tests of the projection are made of: a source of each kind, with every field filled."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from port2port.exchange.stix.source import AlertSource, Grade, MeasureSource, PracticeSource, ReportSource, Seen, Terms

AT = datetime(2026, 11, 20, 13, 2, 3, 456_789, tzinfo=UTC)
NODE = UUID("6f1d2c3b-4a59-4687-9788-99aabbccddee")  # of somebody else
SITE = "https://port2port.example"
OWNER = UUID("0192f0c1-0000-7000-8000-000000000001")
TERMS = Terms(
    record=UUID("0192f0c1-0000-7000-8000-0000000000aa"), owner=OWNER, tlp=2, pap=2, purpose="prevent_and_detect_crime",
    legal_basis="gdpr_public_task", provenance="invented", threat="drug_smuggling", port="BEANR", at=AT,
    updated_at=AT, expires_at=AT + timedelta(days=365),
)  # fmt: skip
OBSERVABLES = [
    Seen("container", "CSQU3054383"), Seen("seal", "TST0001234"), Seen("imo", "1234567"), Seen("mmsi", "205999999"),
    Seen("ip", "192.0.2.17"), Seen("ip", "2001:db8::1"), Seen("domain", "login.example"),
    Seen("url", "https://login.example/form"), Seen("hash", "00112233445566778899aabbccddeeff"),
]  # fmt: skip
REPORT = ReportSource(
    terms=TERMS, nature="incident", title="A second seal (test)", text="The seal was not the one on the list.",
    language="en", severity="high", occurred_at=AT, occurred_precision="minute", occurred_margin=15, place="point",
    place_text="Quay 1 (invented)", facility=None, lat=51.2700001, lon=4.3, modi=["DR01", "DR18"], phase="extract",
    substance="cocaine", quantity_kg=12.5, origin_country="EC", source="sensor", source_name="", source_url="",
    state="open", observables=OBSERVABLES, grade=Grade("admiralty", "B", "2", "H3", "Ask before it is used in court."),
)  # fmt: skip
MEASURE = MeasureSource(
    terms=TERMS, state="in_force", category="release_process", language="en", title="A second look (test)",
    problem="Codes are stolen.", text="The gate compares the driver with the booking.", modi=["DR02"], source_name="",
    source_url="",
)  # fmt: skip
PRACTICE = PracticeSource(
    terms=TERMS, language="nl", topic="release_process", maturity="pilot", title="Terugbellen (test)",
    context="Laat opgehaald.", done="De poort belt terug.", outcome="", wrong="Oude nummers.", conditions="", modi=[],
)  # fmt: skip
ALERT = AlertSource(
    terms=TERMS, event="drone_over_port", urgency="Immediate", severity="Moderate", certainty="Observed",
    status="Actual", message="Alert", state="raised", instructions=["keep_distance_drone", "note_drone"],
    areas=[
        {"kind": "port", "port": "BEANR"}, {"kind": "facility", "facility": "BEANR-9901"},
        {"kind": "stretch", "waterway": "scheldt", "from_km": 10.0, "to_km": 25.5},
        {"kind": "polygon", "points": [[51.2, 4.2], [51.3, 4.2], [51.3, 4.3], [51.2, 4.3], [51.2, 4.2]]},
        {"kind": "circle", "lat": 51.264, "lon": 4.291, "km": 2.0, "landmark": "kallo-lock"},
    ], language="nl", headline="Twee drones (test)", text="Ze hingen boven de sluis.", systems=[], valid_from=AT,
    valid_until=AT + timedelta(hours=6), series=TERMS.record, follows=None, based_on=None,
)  # fmt: skip
