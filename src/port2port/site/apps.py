"""The shell: layout, parts, static files, the pages that belong to no domain."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Django app `site`: templates and static files that every domain builds its pages from."""

    name = "port2port.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"
