"""What everybody knows, for tests of the pure part."""

from port2port.exchange.misp.records import Known
from port2port.exchange.stix.network import Place
from port2port.reports.vocabulary import vocabulary
from tests.exchange.given import OWNER

KNOWN = Known(
    organisations={OWNER: "Port of Test"},
    ports={"BEANR": Place("BEANR", "Antwerp", "BE", 51.27, 4.33)},
    facilities={},
    modi={one.code: one for one in vocabulary().modi_operandi},
)
