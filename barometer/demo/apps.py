from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "barometer.demo"
    label = "demo"
