"""What looks like an observable and is none: networks, versions, dates, amounts, references, bank accounts.

Only what a rule would otherwise take stands here; a sentence of the corpus shows each.
"""

import re

from stdnum import iban

from port2port.reports.observables.patterns import Spans, matches

DAY, MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
MONTHS = r"(?:jan|feb|f[eé]v|m[aä]r|mrt|maa|avr|apr|mai|mei|may|ju[nil]|aug|ao[uû]|sep|o[ck]t|nov|d[eé][cz])"
YEAR = r"(?:(?:19|20)[0-9]{2}|[0-9]{2})"
CURRENCY = r"(?:EUR|USD|GBP|euros?|€|\$|£)"
AMOUNT = r"[0-9]{1,3}(?:[0-9]{0,9}|(?:[.,' ][0-9]{3}){1,4})(?:[.,][0-9]{1,2})?"

LEFT_ALONE: tuple[Spans, ...] = (
    # a network, not an address
    matches(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}(?!\w)"),
    # a version
    matches(r"(?<!\w)(?:v|versi(?:on|e)|release)\.? ?[0-9]{1,5}(?:\.[0-9]{1,5}){1,4}(?!\w)", re.IGNORECASE),
    # the number of an ISPS port facility
    matches(r"(?<![\w-])[A-Z]{2}[A-Z2-9]{3}-[0-9]{4}(?![\w-])"),
    # the reference of a report
    matches(r"(?<![\w-])[0-9]{2}-[0-9]{4}-[0-9A-F]{4}(?![\w-])"),
    # a moment of ISO 8601
    matches(r"(?<!\w)[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{4,15}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?(?!\w)"),
    # a date; after a number and a space it is the rest of a phone number
    matches(rf"(?<![\w./-])(?<![0-9] ){DAY}([-/.]){MONTH}\1{YEAR}(?!\w|[-./][0-9])"),
    matches(rf"(?<![\w./-]){DAY}[-. ]?{MONTHS}[a-zé]{{0,7}}[-. ]{{0,2}}{YEAR}(?!\w|-)", re.IGNORECASE),
    # an amount
    matches(rf"(?<![\w.]){CURRENCY} ?{AMOUNT}(?!\w)|(?<![\w.-]){AMOUNT} ?{CURRENCY}(?!\w|-)", re.IGNORECASE),
    # a bank account
    matches(r"(?<!\w)[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}(?: ?[0-9]{4}){2,6}(?: ?[0-9]{1,3})?(?!\w)", when=iban.is_valid),
)
