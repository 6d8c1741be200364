"""Every table and how it is kept: under a policy, or why it needs none. A test compares with the catalogue."""

TABLES: tuple[str, ...] = (
    "account_emailaddress",
    "account_emailconfirmation",
    "base_idempotency",
    "base_journal_entry",
    "base_journal_head",
    "base_journal_leaf",
    "base_journal_unsealed",
    "members_accessreview",
    "members_account",
    "members_circle",
    "members_circlemember",
    "members_invitation",
    "members_membership",
    "members_person",
    "members_secondfactorreset",
    "members_session",
    "members_token",
    "mfa_authenticator",
    "reports_report",
    "reports_revision",
    "sharing_event",
    "sharing_glass",
    "sharing_posting",
    "sharing_record",
    "sharing_searchable",
    "sharing_tombstone",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
)

_FACT = "a fact of the network, the same for everyone signed in; the serving role may only read it"
_UNUSED = "Django's own, empty or without content; the serving role has no grant"
_QUEUE = "holds ids of records and persons only, never text or addresses (a lint keeps it so)"

WITHOUT_POLICY: dict[str, str] = {
    "auth_group": _UNUSED,
    "auth_group_permissions": _UNUSED,
    "auth_permission": _UNUSED,
    "base_setting": "settings of the installation; read by the doctor and by demo mode",
    "django_content_type": _UNUSED,
    "django_migrations": "names of migrations; the serving role reads it to know whether any is pending",
    "members_facility": _FACT,
    "members_landmark": _FACT,
    "members_organisation": _FACT,
    "members_organisation_ports": _FACT,
    "members_port": _FACT,
    "members_role": _FACT,
    "members_throttle": "counts of tries under hashed names, shared by the serving processes; forgotten after an hour",
    "members_waterway": _FACT,
    "procrastinate_events": _QUEUE,
    "procrastinate_jobs": _QUEUE,
    "procrastinate_periodic_defers": _QUEUE,
    "procrastinate_workers": _QUEUE,
    "sharing_kind": "which table holds which kind; no grant",
}
