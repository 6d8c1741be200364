"""Addresses of signing in (`urlpatterns`, allauth's names) and of one's own things (`member_urlpatterns`)."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as provider
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.urls import URLPattern, path, re_path

from port2port.members import demo, factor_pages, identity_pages, machine_pages, token_pages
from port2port.members.identity_views import EnrolAppView, NewRecoveryCodesView, SignInView, identity

# Listed one by one: signing up, changing addresses and the rest of allauth do not exist here.
urlpatterns: list[URLPattern] = [
    path("account/login/", identity(SignInView.as_view()), name="account_login"),
    path("account/logout/", identity(account.logout), name="account_logout"),
    path("account/inactive/", identity(account.account_inactive), name="account_inactive"),
    path("account/confirm/", identity(account.reauthenticate), name="account_reauthenticate"),
    path("account/password/change/", identity(account.password_change), name="account_change_password"),
    path("account/password/set/", identity(account.password_set), name="account_set_password"),
    path("account/password/forgotten/", identity(account.password_reset), name="account_reset_password"),
    path("account/password/sent/", identity(account.password_reset_done), name="account_reset_password_done"),
    path(
        "account/password/done/",
        identity(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        identity(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("account/code/", identity(mfa.authenticate), name="mfa_authenticate"),
    path("account/confirm/code/", identity(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/", identity(mfa.index), name="mfa_index"),
    path("account/app/add/", identity(EnrolAppView.as_view()), name="mfa_activate_totp"),
    path("account/app/remove/", identity(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", identity(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", identity(NewRecoveryCodesView.as_view()), name="mfa_generate_recovery_codes"),
    path(
        "account/recovery-codes/download/",
        identity(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/passkeys/", identity(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", identity(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("account/passkeys/login/", identity(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("account/passkeys/<int:pk>/remove/", identity(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("account/passkeys/<int:pk>/name/", identity(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/confirm/passkey/", identity(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
]
oidc_urlpatterns: list[URLPattern] = [
    path("oidc/<slug:provider_id>/login/", identity(oidc.login), name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", identity(oidc.callback), name="openid_connect_callback"),
    path("oidc/cancelled/", identity(provider.login_cancelled), name="socialaccount_login_cancelled"),
    path("oidc/error/", identity(provider.login_error), name="socialaccount_login_error"),
]
demo_urlpatterns: list[URLPattern] = [path("demo/", identity(demo.cast_page), name="demo")]
if settings.OIDC_NAME:
    urlpatterns += oidc_urlpatterns
if settings.DEMO:
    urlpatterns += demo_urlpatterns

# To be joined with the other addresses of this domain under the one namespace `members`.
member_urlpatterns: list[URLPattern] = [
    path("me/", identity_pages.me, name="me"),
    path("me/language/", identity_pages.language, name="language"),
    path("me/hat/", identity_pages.hat, name="hat"),
    path("me/sessions/", identity_pages.sessions, name="sessions"),
    path("me/tokens/", token_pages.tokens_page, name="tokens"),
    path("me/tokens/<uuid:token>/revoke/", token_pages.revoke, name="revoke_token"),
    path("organisation/machines/", machine_pages.machines, name="machines"),
    path("organisation/machines/<uuid:machine>/", machine_pages.machine, name="machine"),
    path("organisation/second-factor/", factor_pages.requests, name="factor_requests"),
    path("organisation/people/<uuid:person>/second-factor/", factor_pages.lost, name="factor_lost"),
]
