"""Whether two servers say the same: data to the letter, errors with their places and codes."""

import json
from dataclasses import dataclass
from typing import Any

from tests.plans.material import Voice
from tests.plans.stage import Said, Stage


@dataclass(frozen=True)
class Difference:
    """Where both did not say the same."""

    what: str
    voice: Voice
    document: str
    variables: dict[str, Any]
    name: str | None
    compiled: Any
    plain: Any

    def __str__(self) -> str:
        return (
            f"{self.what} differ, asked as {self.voice.name} ({self.name})\n{self.document}\n"
            f"{json.dumps(self.variables, ensure_ascii=False)}\n"
            f"  with plans: {short(self.compiled)}\n  without:    {short(self.plain)}"
        )


def short(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) < 3_000 else f"{written[:3_000]} ..."


def told(said: Said) -> dict[str, Any]:
    """An answer as it is compared: names in their order, numbers as they are written, and errors
    without order, since fields run side by side."""
    try:
        whole = json.loads(
            said.content, object_pairs_hook=tuple, parse_int=_number, parse_float=_number
        )
    except ValueError:
        return {"status": said.status, "data": f"no JSON: {said.content[:2_000]!r}"}
    body, errors = dict(whole), json.loads(said.content).get("errors", ())
    return {
        "status": said.status,
        "data": body.get("data", "none"),
        "errors": sorted(map(_error, errors)),
        "extensions": body.get("extensions"),
    }


def _number(written: str) -> tuple[str, str]:
    return "number", written


def _error(error: dict[str, Any]) -> str:
    told = {key: value for key, value in error["extensions"].items() if key != "requestId"}
    return json.dumps(error | {"extensions": told}, sort_keys=True)


async def difference(
    stage: Stage, voice: Voice, document: str, variables: dict[str, Any], name: str | None
) -> Difference | None:
    """What differs between both answers, and in what the ledger holds of them.

    Some of what can be read moves by itself (the ledger grows by being read): then it differs also
    from what the plain one says when it is asked once more.
    """
    asking = (voice, document, variables, name)
    compiled, plain = await stage.ask("compiled", *asking), await stage.ask("plain", *asking)
    left, right = told(compiled), told(plain)
    for what, value in left.items():
        if value != right[what]:
            again = told(await stage.ask("plain", *asking))
            return Difference(what, *asking, value, right[what]) if again == right else None
    noted, noted_too = await stage.noted(compiled, plain)
    if noted != noted_too and not (stage.damaged and all(one in noted for one in noted_too)):
        return Difference("ledgers", *asking, noted, noted_too)
    return None
