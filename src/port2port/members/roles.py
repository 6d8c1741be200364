"""What a person may do in an organisation: small classes that say it in words.

A role gives *acts* (what may be done) and *levels* (which kinds of circles its holder reads through the
organisation). It never gives sight of a record by itself: sight comes from audiences (see `sharing`).
The table `members_role` is a copy of these classes for the database; `migrate` refreshes it.
"""

from enum import StrEnum
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Act(StrEnum):
    """What a session may do. The database checks the same words (`p2p.acts`)."""

    REPORT = "report"
    SHARE = "share"
    STEWARD = "steward"
    EXPORT = "export"
    ADMINISTER = "administer"
    AUDIT = "audit"
    ERASE = "erase"
    EXPLAIN = "explain"
    OPERATE = "operate"
    SPEAK = "speak"
    SUPPOSE = "suppose"


class Level(StrEnum):
    """Which circles a role reads through its organisation: its own, the community's, operational, strategic."""

    OWN = "own"
    COMMUNITY = "community"
    OPERATIONAL = "operational"
    STRATEGIC = "strategic"


class Role:
    """Base of the roles; subclasses only fill in the five facts."""

    code: ClassVar[str]
    title: ClassVar[Promise]
    says: ClassVar[Promise]
    levels: ClassVar[frozenset[Level]] = frozenset({Level.COMMUNITY})
    acts: ClassVar[frozenset[Act]] = frozenset()


_READS_OPERATIONAL = frozenset({Level.OWN, Level.COMMUNITY, Level.OPERATIONAL})
_REPORTS = frozenset({Act.REPORT, Act.SHARE, Act.STEWARD, Act.EXPORT})


class PortSecurityOfficer(Role):
    code = "port_security_officer"
    title = _("Port security officer (PSO)")
    says = _("Reads what is shared with the port, reports, shares further, withdraws and exports.")
    levels = _READS_OPERATIONAL
    acts = _REPORTS | {Act.SPEAK}


class DeputyPortSecurityOfficer(PortSecurityOfficer):
    code = "deputy_port_security_officer"
    title = _("Deputy port security officer")
    says = _("Does all that the port security officer does, except speaking for the port on measures.")
    acts = _REPORTS


class FacilitySecurityOfficer(Role):
    code = "facility_security_officer"
    title = _("Port facility security officer (PFSO)")
    says = _("Reports from the facility and reads what is shared with the facility and its port.")
    levels = _READS_OPERATIONAL
    acts = frozenset({Act.REPORT, Act.STEWARD})


class DutyDesk(Role):
    code = "duty_desk"
    title = _("Duty desk")
    says = _("Reads and reports for the desk, day and night.")
    levels = _READS_OPERATIONAL
    acts = frozenset({Act.REPORT})


class Analyst(Role):
    code = "analyst"
    title = _("Analyst")
    says = _("Reads operational and strategic circles, reports, shares further, exports, asks where crime would go.")
    levels = _READS_OPERATIONAL | {Level.STRATEGIC}
    acts = _REPORTS | {Act.SUPPOSE}


class AuthorityOfficer(Role):
    code = "authority_officer"
    title = _("Officer of an authority")
    says = _("Reads what is shared with the authority, reports, shares further and withdraws.")
    levels = _READS_OPERATIONAL
    acts = _REPORTS | {Act.SPEAK}


class Director(Role):
    code = "director"
    title = _("Director or commissioner")
    says = _("Reads strategic circles and the own organisation's, and speaks for the organisation on measures.")
    levels = frozenset({Level.OWN, Level.COMMUNITY, Level.STRATEGIC})
    acts = frozenset({Act.EXPORT, Act.SPEAK})


class Coordinator(Role):
    code = "coordinator"
    title = _("Knowledge and training coordinator")
    says = _("Reads what is shared with all members and looks after practices and training.")
    acts = frozenset({Act.REPORT})


class Contact(Role):
    code = "contact"
    title = _("Company contact")
    says = _("Reports concerns of the company and reads only what is shared with the company.")
    levels = frozenset({Level.OWN})
    acts = frozenset({Act.REPORT})


class ProtectedReporter(Role):
    code = "protected_reporter"
    title = _("Protected reporter")
    says = _("Reads and follows one report of one's own, under an alias that only chosen persons can see through.")
    levels = frozenset()
    acts = frozenset({Act.REPORT})


class DataProtectionOfficer(Role):
    code = "data_protection_officer"
    title = _("Data-protection officer")
    says = _(
        "Reads the journal of the own organisation, may erase personal entries from it,"
        " answers requests about persons; reads no reports."
    )
    acts = frozenset({Act.AUDIT, Act.ERASE, Act.EXPLAIN, Act.EXPORT})


class Administrator(Role):
    code = "administrator"
    title = _("Administrator of an organisation")
    says = _(
        "Invites people, changes their roles, confirms verifications, removes them; reads no reports by this role."
    )
    acts = frozenset({Act.ADMINISTER, Act.AUDIT, Act.EXPLAIN})


class Operator(Role):
    code = "operator"
    title = _("Platform operator")
    says = _("Keeps the platform running and sees its health; reads no content, unless two break the glass together.")
    levels = frozenset()
    acts = frozenset({Act.OPERATE})


class ServiceIdentity(Role):
    code = "service"
    title = _("Machine of the organisation")
    says = _("Acts for a system of the organisation with a token; outlives whoever made it.")
    levels = _READS_OPERATIONAL
    acts = frozenset({Act.REPORT, Act.EXPORT})


ROLES: dict[str, type[Role]] = {
    role.code: role
    for role in (
        PortSecurityOfficer,
        DeputyPortSecurityOfficer,
        FacilitySecurityOfficer,
        DutyDesk,
        Analyst,
        AuthorityOfficer,
        Director,
        Coordinator,
        Contact,
        ProtectedReporter,
        DataProtectionOfficer,
        Administrator,
        Operator,
        ServiceIdentity,
    )
}
