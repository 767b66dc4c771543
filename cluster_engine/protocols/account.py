"""An account: a balance, and what each client has been answered, so that a retry is not a second payment."""

from typing import Any

import msgspec

from cluster_engine.cluster.client import Command, Request

OPENING = 100.0  # what the account holds at first, in dollars


class Payment(msgspec.Struct, frozen=True):
    """A deposit or a charge that was accepted; `session` and `number` tell which click it came from."""

    epoch: int
    session: str
    number: int
    amount: float

    @property
    def click(self) -> tuple[str, int]:
        """Which click it came from, however often it was tried."""
        return (self.session, self.number)


def amount_of(command: Command) -> float:
    """Return what a command adds to the balance."""
    return float(command.value) if command.f == "add" else 0.0


def objection(balance: float, amount: float) -> str:
    """Say why an account with this balance does not take a payment, or ""."""
    return f"only ${number(balance)} are left" if balance + amount < 0 else ""


def number(amount: float) -> int | float:
    """Return an amount without needless decimals."""
    return int(amount) if float(amount).is_integer() else amount


def answered(payments: tuple[Payment, ...], request: Request) -> int | None:
    """Return the place of the payment that a request has led to already, or None."""
    places = (place for place, one in enumerate(payments) if one.click == (request.session, request.number))
    return next(places, None)


def balance_after(payments: tuple[Payment, ...]) -> float:
    """Return the balance after these payments."""
    return OPENING + sum(one.amount for one in payments)


def taken(request: Request, amount: float, again: bool) -> dict[str, Any]:
    """Return the facts of a payment that a server takes; `again`: it has that click's payment already."""
    return {"session": request.session, "number": request.number, "amount": number(amount), "again": again}
