"""How a port is named in what is counted. Pages read it too, so nothing of the numerical libraries is loaded here."""

PORT_NOT_GIVEN = "ZZZ"  # BEZZZ, NLZZZ: the country is known, the port is not (ours, no UN/LOCODE)
