from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "port2port.governance"
    label = "governance"
