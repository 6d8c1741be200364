"""The Django app that holds the journal, the settings kept in the database and the idempotency keys."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "port2port.base"
    label = "base"
