"""GraphQL execution by generated code, for any graphql-core schema; it knows nothing of the product.

A valid document becomes a *plan*, the plan becomes Python source, and that runs once a request: values are read
straight into the response, relations run as batch functions over all their sources. See ``filling`` for the marks
that a schema gives its fields, ``plan`` for what is planned, ``emitting`` for what the source looks like, and
``careful`` for what becomes of values that are not as they should be.
"""

from gateway.execution.compiling import Compiled
from gateway.execution.executor import Executor, chosen, operations_of
from gateway.execution.filling import MARK
from gateway.execution.planning import Unsupported

__all__ = ["MARK", "Compiled", "Executor", "Unsupported", "chosen", "operations_of"]
