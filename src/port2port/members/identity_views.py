"""allauth's views as ours: its interruptions answered inside the transaction, and two without its late signals."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView

from port2port.base.errors import Unavailable
from port2port.members.identity_forms import SECRET_IN_SESSION

View = Callable[..., HttpResponseBase]


def identity(view: View) -> View:
    """Mark a view of signing in: it runs as the system principal `identity`, and its interruptions become answers.

    Middleware is not asked about exceptions of a view that another middleware called, so allauth's never would be.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ImmediateHttpResponse as answer:
            response: HttpResponse = answer.response
            return response
        except ReauthenticationRequired:
            return confirm_first(request)
        except requests.RequestException as error:
            raise Unavailable(_("The sign-in provider does not answer. Use your password instead.")) from error

    answered.identity = True  # type: ignore[attr-defined]
    return answered


def confirm_first(request: HttpRequest) -> HttpResponseRedirect:
    """Ask who it is once more, then come back. What was posted is not kept: it may hold secrets and the cookie."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else reverse("account_login")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': request.path})}")


class SignInView(LoginView):
    """Sign in: allauth's, which also names the configured provider."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.OIDC_NAME:
            context["oidc_name"] = settings.OIDC_NAME
            context["oidc_url"] = reverse("openid_connect_login", args=[settings.OIDC_PROVIDER_ID])
        return context


class EnrolAppView(ActivateTOTPView):
    """Set up an authenticator app: allauth's, told at once instead of after the transaction, when nobody acts."""

    def form_valid(self, form: Any) -> HttpResponse:
        raise_if_reauthentication_required(self.request, app="allauth.mfa")
        user = self.request.user
        TOTP.activate(user, form.secret)
        had = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).exists()
        RecoveryCodes.activate(user)
        self.request.session.pop(SECRET_IN_SESSION, None)
        get_adapter(self.request).send_notification_mail("mfa/email/totp_activated", user)
        self.did_generate_recovery_codes = not had
        return FormView.form_valid(self, form)


class NewRecoveryCodesView(GenerateRecoveryCodesView):
    """Make new recovery codes in place of the old: allauth's, told at once."""

    def form_valid(self, form: Any) -> HttpResponse:
        raise_if_reauthentication_required(self.request, app="allauth.mfa")
        user = self.request.user
        type(user).objects.select_for_update().get(pk=user.pk)  # two clicks make one set of codes
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(user)
        get_adapter(self.request).send_notification_mail("mfa/email/recovery_codes_generated", user)
        return FormView.form_valid(self, form)
