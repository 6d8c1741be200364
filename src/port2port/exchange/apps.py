from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "port2port.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Let webhooks be told of alerts in the forms of partners."""
        from port2port.alerts.delivery.bodies import register  # its models need the apps loaded
        from port2port.exchange import hooked

        register(hooked.CAP, "CAP 1.2", hooked.as_cap)
        register(hooked.STIX, "STIX 2.1", hooked.as_stix)
