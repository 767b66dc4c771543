"""All models by name: what one object does, operation after operation, against which histories are held."""

from collections.abc import Mapping
from copy import copy
from types import MappingProxyType
from typing import Any

from cluster_engine.consistency.containers import AppendList, Mutex, Queue, Set, Store
from cluster_engine.consistency.registers import Account, CasRegister, Cell, Counter, EtcdRegister, Register
from cluster_engine.consistency.specification import Model, as_state
from cluster_engine.consistency.transactions import Transactions

_ALL: tuple[Model, ...] = (
    Register(), CasRegister(), EtcdRegister(), Cell(), Account(), Store(), AppendList(), Set(), Queue(), Mutex(),
    Counter(), Transactions(),
)  # fmt: skip
MODELS: Mapping[str, Model] = MappingProxyType({model.name: model for model in _ALL})


def beginning_with(model: Model, value: Any) -> Model:
    """Return a register that holds a value at first, or transactions on keys that all do."""
    if not isinstance(model, Register | Counter | Transactions):
        raise ValueError(f"the model {model.name} begins empty; registers, counter and txn can begin with a value")
    changed = copy(model)
    if isinstance(changed, Transactions):
        changed.blank = as_state(value)
    else:
        changed.initial = as_state(value)
    return changed
