from django.apps import AppConfig


class FlightsConfig(AppConfig):
    name = "port2port.flights"
    label = "flights"
