"""What the schema says of itself: worked out once for each way of asking, and kept as bytes.

Nothing of it depends on who asks. Telling all of it is 0.1 s of Python and a megabyte.
"""

from collections.abc import Hashable
from hashlib import sha256
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLSchema, execute_sync

from api.apart import Apart
from api.documents import Document, Operation
from api.keeping import Kept

MEMORY = 4_000_000
"""Bytes of answers that are kept; the whole schema in one of them is 1 MB."""


class Introspection:
    """Answers operations that ask for nothing but the schema."""

    def __init__(self, schema: GraphQLSchema, apart: Apart) -> None:
        self._schema, self._apart = schema, apart
        self._kept: Kept[bytes, bytes] = Kept(MEMORY)

    async def answer(
        self,
        text: str,
        document: Document,
        operation: Operation,
        variables: dict[str, Any] | None,
        owner: Hashable,
    ) -> ExecutionResult:
        """The result; its data is JSON already, unless there are errors to be told."""
        name = operation.node.name.value if operation.node.name else ""
        key = sha256(orjson.dumps([text, name, variables])).digest()
        answer = self._kept.get(key)
        if answer is None:

            def work() -> ExecutionResult:
                result = execute_sync(
                    self._schema,
                    document.tree,
                    operation_name=name or None,
                    variable_values=variables,
                )
                if result.errors:
                    return result
                return ExecutionResult(data=orjson.dumps(result.data))  # type: ignore[arg-type]

            result = await self._apart.run(owner, work)
            if result.errors:
                return result
            answer = bytes(result.data)  # type: ignore[arg-type]
            self._kept.keep(key, answer, owner=owner, cost=len(answer))
        return ExecutionResult(data=answer)  # type: ignore[arg-type]
