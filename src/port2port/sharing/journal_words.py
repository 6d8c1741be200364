"""What the journal's codes mean, in words. A code without words stands for itself: nothing is left out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "access.explained": _("Asked why somebody sees a record"),
    "access.kept": _("Confirmed access in the review"),
    "account.made": _("An account was made"),
    "circle.closed": _("Closed a circle"),
    "circle.joined": _("Added to a circle"),
    "circle.left": _("Took out of a circle"),
    "circle.made": _("Made a circle"),
    "circle.renamed": _("Renamed a circle"),
    "glass.approved": _("Approved breaking the glass"),
    "glass.asked": _("Asked to break the glass"),
    "glass.opened": _("Read a record by breaking the glass"),
    "glass.seen": _("Confirmed having seen that the glass was broken"),
    "hat.changed": _("Changed the organisation acted for"),
    "invitation.accepted": _("Accepted an invitation"),
    "invitation.cancelled": _("Cancelled an invitation"),
    "invitation.sent": _("An invitation was sent"),
    "journal.erased": _("Erased entries of the journal"),
    "journal.exported": _("Exported the journal"),
    "machine.made": _("Made a machine"),
    "machine.removed": _("Took a machine out"),
    "member.invited": _("Invited somebody"),
    "member.left": _("Took somebody out"),
    "member.roles": _("Changed somebody's roles"),
    "member.verification_withdrawn": _("Withdrew a verification"),
    "member.verified": _("Confirmed a verification"),
    "organisation.left": _("Closed an organisation"),
    "password.changed": _("Changed the password"),
    "password.reset": _("Chose a new password by mail"),
    "provider.connected": _("Connected another way to sign in"),
    "records.expired": _("Records reached the end of their time"),
    "refused": _("Was refused"),
    "report.changed": _("Changed a report"),
    "report.exported": _("Exported reports"),
    "report.handed_over": _("Handed a report over"),
    "report.listed": _("Looked at a list with reports (AMBER or narrower)"),
    "report.narrowed": _("Took a report away from some"),
    "report.read": _("Read reports (AMBER or narrower)"),
    "report.shared": _("Shared a report"),
    "report.widened": _("Shared a report further"),
    "report.withdrawn": _("Withdrew a report"),
    "review.done": _("Finished the access review"),
    "review.opened": _("The access review was opened"),
    "second_factor.added": _("Added a second factor"),
    "second_factor.removed": _("Removed a second factor"),
    "second_factor.reset": _("Approved resetting a second factor"),
    "second_factor.reset_asked": _("Asked to reset a second factor"),
    "session.ended": _("Ended a session"),
    "session.failed": _("A sign-in failed"),
    "session.started": _("Signed in"),
    "token.made": _("Made a token"),
    "token.revoked": _("Revoked a token"),
}

ERASURES: dict[str, str | Promise] = {
    "data-subject": _("The person asked for it and it is no longer needed"),
    "retention": _("Its time of keeping has ended"),
    "mistake": _("It was written by mistake"),
}


def act_words(act: str) -> str:
    """Return what an entry's act means in the active language."""
    return str(ACTS.get(act, act))
