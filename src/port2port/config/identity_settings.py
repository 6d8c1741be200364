"""Signing in: the settings of django-allauth, read by `settings.py` with `import *`. Needs only the typed options."""

from typing import Any
from urllib.parse import urlsplit

from port2port.config.options import load_or_exit

_options = load_or_exit()
_issuer = urlsplit(_options.oidc_issuer)

SITE_URL = _options.site_url  # links in mail: never from the Host header, which whoever asks chooses
SITE_HOST = _options.site_host
DEFAULT_FROM_EMAIL = _options.mail_from
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
MFA_KEY_FILE = _options.data_dir / "mfa.key"
# The throttle of sign-in: all serving processes count in one table.
CACHES: dict[str, Any] = {"default": {"BACKEND": "port2port.members.throttle.ThrottleCache"}}
# Who asks is settled before Django: the front puts what a trusted proxy says into REMOTE_ADDR and drops the headers.
ALLAUTH_TRUSTED_PROXY_COUNT = 0

ACCOUNT_ADAPTER = "port2port.members.identity.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # allauth wants to know; nobody signs up by themselves
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation came by mail: whoever accepts it has the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True  # for the twelve hours of SESSION_COOKIE_AGE, whichever way one signs in
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_FORMS = {
    "login": "port2port.members.identity_forms.SignIn",
    "reauthenticate": "port2port.members.identity_forms.PasswordAgain",
    "change_password": "port2port.members.identity_forms.ChangePassword",
    "set_password": "port2port.members.identity_forms.SetPassword",
    "reset_password": "port2port.members.identity_forms.ForgottenPassword",
    "reset_password_from_key": "port2port.members.identity_forms.NewPassword",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

MFA_ADAPTER = "port2port.members.second_factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
MFA_TOTP_ISSUER = "Port 2 Port"
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off; `identity_forms.Code` refuses the second use of a code
MFA_FORMS = {
    "authenticate": "port2port.members.identity_forms.Code",
    "reauthenticate": "port2port.members.identity_forms.CodeAgain",
    "activate_totp": "port2port.members.identity_forms.EnrolApp",
    "add_webauthn": "port2port.members.identity_forms.AddPasskey",
    "edit_webauthn": "port2port.members.identity_forms.RenamePasskey",
}

SOCIALACCOUNT_ADAPTER = "port2port.members.identity.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an existing member, by an address that the provider has verified
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
OIDC_PROVIDER_ID = "provider"
OIDC_NAME = _options.oidc_name if _options.oidc_issuer else ""
FORM_ACTION_HOSTS = (f"{_issuer.scheme}://{_issuer.netloc}",) if _options.oidc_issuer else ()
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": OIDC_PROVIDER_ID,
                    "name": _options.oidc_name,
                    "client_id": _options.oidc_client_id,
                    "secret": _options.oidc_client_secret,
                    "settings": {"server_url": _options.oidc_issuer},
                }
            ],
        }
    }
    if _options.oidc_issuer
    else {}
)
