"""`port2port.live.alone:application`: what granian serves for `port2port live`, no pages."""

import django

django.setup()  # before anything below imports models, as Django's own asgi.py does

from port2port.live.app import live_site  # noqa: E402
from port2port.live.source import DatabaseSource  # noqa: E402

application = live_site(DatabaseSource())
