"""Strawberry's schema as it is executed here: admission, a plan, or graphql-core."""

from collections.abc import Iterable, Iterator
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema, Undefined, execute
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from api.admission import Admission, Desk, EdgeContext, Rules
from api.documents import Document
from schema.scopes import undeclared

READING = frozenset({OperationType.QUERY})
WRITING = READING | {OperationType.MUTATION}


class _Closed(SchemaExtension):
    """Shuts Strawberry's own ways to execute an operation, which lead around our admission."""

    def on_operation(self) -> Iterator[None]:
        raise RuntimeError("there is one way in: Schema.execute")
        yield


class Schema(strawberry.Schema):
    """Strawberry's schema with our admission in place of its pipeline.

    What that does for each request (find out which hooks there are, keep a context for them) takes
    longer than a plan; and its logger writes the messages of exceptions, where a driver's message
    quotes the row.
    """

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        *,
        types: Iterable[type] = (),
        rules: Rules | None = None,
        plans: bool = False,
        exception_handlers: Iterable[strawberry.ExceptionHandler[Any]] = (),
        config: StrawberryConfig | None = None,
    ) -> None:
        self.rules = rules or Rules()
        super().__init__(
            query,
            mutation,
            types=types,
            config=config,
            exception_handlers=exception_handlers,
            extensions=[_Closed],
        )
        _forget_null_defaults(self._schema)
        self._desk = Desk.of(self._schema, self.rules, plans=plans)
        self.plans = self._desk.plans
        if forgotten := undeclared(self._schema):
            raise TypeError(f"fields that declare no scope: {', '.join(forgotten)}")

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Let an operation in, and answer it by its plan or have graphql-core do so."""
        variables, name, context = variable_values, operation_name, context_value
        allowed = WRITING if allowed_operation_types is None else allowed_operation_types
        admission = Admission(self._desk, query or "", variables, name, context, allowed)
        try:
            answer = await admission.answer()
            if isinstance(answer, Document):
                answer = await self._resolve(answer.tree, variables, name, context)
        except InvalidOperationTypeError:
            raise
        except GraphQLError as error:
            answer = PreExecutionError(data=None, errors=[error])
        except Exception as error:
            answer = PreExecutionError(data=None, errors=[GraphQLError("", original_error=error)])
        if admission.cost is not None:
            limit = self.rules.limits.cost
            answer.extensions = {"cost": {"requested": admission.cost, "limit": limit}}
        return answer

    async def _resolve(
        self,
        document: DocumentNode,
        variables: dict[str, Any] | None,
        name: str | None,
        context: EdgeContext,
    ) -> ExecutionResult:
        """Have graphql-core walk through it, with Strawberry's resolvers."""
        found = execute(
            self._schema,
            document,
            variable_values=variables,
            context_value=context,
            operation_name=name,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]
            executor_class=self.execution_context_class,
            operation_extensions=None,
        )
        result: Any = await found if isawaitable(found) else found
        return ExecutionResult(result.data, result.errors)


def _forget_null_defaults(schema: GraphQLSchema) -> None:
    """What may be left out is simply nullable: ``= null`` on every such line hides the rest."""
    for type_ in schema.type_map.values():
        for line in getattr(type_, "fields", {}).values():
            for optional in (line, *getattr(line, "args", {}).values()):
                if getattr(optional, "default_value", Undefined) is None:
                    optional.default_value = Undefined
