from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "port2port.home"
    label = "home"
