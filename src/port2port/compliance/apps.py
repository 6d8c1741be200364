from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "port2port.compliance"
    label = "compliance"
