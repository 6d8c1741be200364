from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "port2port.exchange"
    label = "exchange"
