"""What of graphql-core's messages may be passed on: everything but the values it quotes.

Variables and literals hold the names of children. A message about a value keeps what was expected
and where; a message about the shape of the document (unknown fields, unused variables) only ever
quotes the document's own identifiers and passes.
"""

import re

from graphql import (
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    ObjectFieldNode,
    ValueNode,
    VariableNode,
)

_VARIABLE = re.compile(r"Variable '(\$\w+)' has invalid value(?: at ([\w.\[\]]+))?: ", re.ASCII)
_ARGUMENT = re.compile(r"Argument '\w+' has invalid value", re.ASCII)
_LEXEME = r"(?:<EOF>|Name|Int|Float|String|BlockString|'[!$&().:=@\[\]{|}]{1,3}')"
_SYNTAX = re.compile(
    rf"Syntax Error: (?:(?:Expected (?:{_LEXEME}|'[a-z]+'), found|Unexpected) {_LEXEME}|"
    r"Unterminated string|Invalid number|Invalid character(?: within String)?|"
    r"Invalid (?:Unicode|character) escape sequence|Unexpected (?:character|description|variable)|"
    r"Unexpected single quote character|Document is nested too deeply)"
)
_EXPECTATIONS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?:Int|Float|String|Boolean|ID) cannot represent (?:an? )?[a-z0-9 -]*?value(?=:)",
        r"Enum '\w+' cannot represent non-(?:string|enum) value(?=:)",
        r"Expected a value of non-null type '[\w!\[\]]+' to be provided",
        r"Expected value of (?:non-null )?type '[\w!\[\]]+'"
        r"(?: not to be None| to be an object| to include required field '\w+')?"
        r"(?=[.,])",
        r"Exactly one key must be specified for OneOf type '\w+'",
        r"Within OneOf Input Object type '\w+', exactly one field must be specified",
    )
)
_UNKNOWN_FIELD = re.compile(
    r"(Expected value of type '\w+' not to include) unknown field '.*?'", re.ASCII | re.S
)
_UNKNOWN_MEMBER = re.compile(r"Value '.*?' does not exist in ('\w+' enum)", re.ASCII | re.S)

_SUGGESTION = re.compile(r"\.( Did you mean (?:the enum value )?'\w+'(?:,? (?:or )?'\w+')*\?)")


def without_values(error: GraphQLError) -> str:
    """The message of a request that could not be understood, fit for its sender and for logs."""
    message = error.message
    if isinstance(error, GraphQLSyntaxError):
        return _syntax(message)
    if match := _VARIABLE.match(message):
        expected = _expectation(message[match.end() :])
        return f"The value of {match[1]}{match[2] or ''} is not valid. {expected}"
    if match := _ARGUMENT.match(message):
        return f"{match[0]}."
    if "invalid value" in message or any(_holds_a_value(node) for node in error.nodes or ()):
        return _expectation(message)
    return message


def is_about_an_argument(error: GraphQLError) -> bool:
    """Whether an error met while running blames what the client sent, not what we return."""
    return _ARGUMENT.match(error.message) is not None


def _holds_a_value(node: Node) -> bool:
    return isinstance(node, ValueNode | ObjectFieldNode) and not isinstance(node, VariableNode)


def _expectation(message: str) -> str:
    """What was expected, from the few sentences we know; of a scalar's own words, nothing."""
    if match := _UNKNOWN_FIELD.match(message):
        return f"{match[1]} an unknown field.{_suggestion(message[match.end() :])}"
    if match := _UNKNOWN_MEMBER.match(message):
        return f"The value does not exist in {match[1]}.{_suggestion(message[match.end() :])}"
    for pattern in _EXPECTATIONS:
        if match := pattern.match(message):
            return f"{match[0]}."
    return "It is not of the expected form."


def _suggestion(rest: str) -> str:
    match = _SUGGESTION.match(rest)
    return match[1] if match else ""


def _syntax(message: str) -> str:
    """Syntax errors quote the token they stumbled over, which may be part of a broken value."""
    match = _SYNTAX.match(message)
    return f"{match[0] if match else 'Syntax Error'}."
