from django.apps import AppConfig


class DisplacementConfig(AppConfig):
    name = "port2port.displacement"
    label = "displacement"
