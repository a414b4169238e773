"""A WAHA server for the demo and the tests: it speaks the contract, and fails on demand."""

from .faults import Faults, Kind
from .sessions import Session
from .simulator import WahaSimulator
from .webhooks import Attempt
from .world import Call, Sent

__all__ = ["Attempt", "Call", "Faults", "Kind", "Sent", "Session", "WahaSimulator"]
