"""The word that goes out when the key to named workplaces is destroyed, for what hangs on it in the apps above."""

from django.dispatch import Signal

# Sent inside the transaction, with `wave`. A receiver destroys what it holds of single workplaces of that wave.
key_destroyed = Signal()
