"""The text of a function as an earlier revision made it, to put it back in a downgrade."""

import re


def former(script: str, *names: str) -> str:
    """The functions of the schema ``access`` with these names, as the script makes them."""
    return "\n".join(_one(script, name) for name in names)


def _one(script: str, name: str) -> str:
    made = rf"create (?:or replace )?(function access\.{name}\(.*?\$\$.*?\$\$;)"
    [text] = re.findall(made, script, re.DOTALL)
    return f"create or replace {text}"
