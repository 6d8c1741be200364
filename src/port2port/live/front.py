"""`port2port.live.front:application`: what each worker process of granian serves."""

import django
from django.conf import settings

django.setup()  # before anything below imports models, as Django's own asgi.py does

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from port2port.live.app import live_site  # noqa: E402
from port2port.live.bodies import BodyLimits  # noqa: E402
from port2port.live.buffering import Front  # noqa: E402
from port2port.live.environ import TrustedProxies  # noqa: E402
from port2port.live.source import DatabaseSource  # noqa: E402
from port2port.live.static_files import index_files, static_directories  # noqa: E402

application = Front(
    WSGIHandler(),
    live_site(DatabaseSource()),
    static=index_files(static_directories()),
    static_prefix="/" + settings.STATIC_URL.strip("/") + "/",
    limits=BodyLimits(size=getattr(settings, "LIVE_BODY_LIMIT", BodyLimits.size)),
    trusted=TrustedProxies(
        getattr(settings, "TRUSTED_PROXIES", ()), certificates=getattr(settings, "CLIENT_CERTIFICATES", False)
    ),
    apart=settings.PACKAGES_HOST,
)
