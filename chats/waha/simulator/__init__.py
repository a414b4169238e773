"""A WAHA server for the demo and the tests: it speaks the contract, and fails on demand."""

from .faults import Faults, Kind
from .sessions import Session
from .simulator import WahaSimulator
from .webhooks import Attempt
from .world import Amended, Call, Sent, SentFile, Shown

__all__ = ["Amended", "Attempt", "Call", "Faults", "Kind", "Sent", "SentFile", "Session", "Shown", "WahaSimulator"]
