"""Results as tests make them: an agreement, its framework, an indicator and its measurements."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.scenes import day
from tests.world import Api, Org, World, agreement, ok, today

FRAMEWORK = "... on ResultsFramework { id name periodFrom periodUntil owner { id } mou { id } }"
PROGRAMME = "... on Programme { id name validUntil members { nodes { organisation { id } } } }"
RESULT = "... on FrameworkResult { id level statement parent { id } }"
INDICATOR = """
... on Indicator { id indicatorCode version name definition unit targets { value } baseline kind
  predecessor { id } }
"""
MEASUREMENT = """
... on Measurement { id period value light target reason correctedAt corrects { id value }
  breakdown { dimension group value } evidence { title } }
"""
EVALUATION = """
... on Evaluation { id recommendation concludedAt contentHash document
  promises { nodes { id number part promise answer } } }
"""
THIS_YEAR = today().year
FIRST = f"{THIS_YEAR - 2}-01-01"
"""The agreements of these tests began with the year before last."""
LAST_YEAR = str(THIS_YEAR - 1)


def framework_of(mou: str | None = None, **change: Any) -> dict[str, Any]:
    return {
        "name": "Kerangka hasil",
        "mouId": mou,
        "periodFrom": FIRST,
        "periodUntil": day(300),
    } | change


def definition(responsible: Org, **change: Any) -> dict[str, Any]:
    return {
        "name": "Anak yang didampingi",
        "definition": "Anak korban yang menerima pendampingan dalam masa laporan.",
        "unit": "COUNT",
        "direction": "HIGHER",
        "frequency": "QUARTERLY",
        "responsibleId": responsible.gid,
    } | change


def value(**change: Any) -> dict[str, Any]:
    return {"unit": "COUNT", "value": "12"} | change


def create(api: Api, **change: Any) -> Any:
    body = framework_of(**change)
    types = "$input: ResultsFrameworkInput!"
    return api.mutate("createResultsFramework", types, FRAMEWORK, input=body)


def add_result(api: Api, framework: str, level: str = "OUTCOME", **change: Any) -> Any:
    body = {"level": level, "statement": "Anak lebih cepat dilayani."} | change
    types = "$frameworkId: ID!, $input: FrameworkResultInput!"
    return api.mutate("addFrameworkResult", types, RESULT, frameworkId=framework, input=body)


def add_indicator(api: Api, result: str, code: str, body: dict[str, Any]) -> Any:
    types = "$resultId: ID!, $code: String!, $input: IndicatorInput!"
    return api.mutate("addIndicator", types, INDICATOR, resultId=result, code=code, input=body)


def redefine(api: Api, name: str, id: str, body: dict[str, Any]) -> Any:
    """`changeIndicator` or `succeedIndicator`."""
    types = "$id: ID!, $input: IndicatorInput!"
    return api.mutate(name, types, INDICATOR, id=id, input=body)


def report(api: Api, indicator: str, period: str = LAST_YEAR + "-Q1", **change: Any) -> Any:
    body = value(indicatorId=indicator, period=period, **change)
    return api.mutate("reportMeasurement", "$input: MeasurementInput!", MEASUREMENT, input=body)


def correct(api: Api, id: str, reason: str = "Salah hitung.", **change: Any) -> Any:
    types = "$id: ID!, $input: MeasurementCorrectionInput!, $reason: String!"
    return api.mutate(
        "correctMeasurement", types, MEASUREMENT, id=id, input=value(**change), reason=reason
    )


async def seen(api: Api, noun: str, id: str, fields: str = "id") -> Any:
    """A row of this noun by its id, as one of them sees it; null when it does not exist for it."""
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on {noun} {{ {fields} }} }} }}"
    return (await api.data(document, id=id))["node"]


@dataclass
class Results:
    """Two parties of an agreement; the first owns its framework, the second measures."""

    world: World
    owner: Api
    measurer: Api
    mou: str
    framework: str
    result: str
    indicators: int = 0

    async def indicator(self, **change: Any) -> str:
        """An indicator the second party is responsible for."""
        self.indicators += 1
        body = definition(self.measurer.org, **change)
        made = await ok(add_indicator(self.owner, self.result, f"I{self.indicators}", body))
        return str(made["id"])

    async def measured(self, indicator: str | None = None, **change: Any) -> str:
        """A measurement of an indicator; its id."""
        of = indicator or await self.indicator()
        return str((await ok(report(self.measurer, of, **change)))["id"])


async def results(
    world: World, *others: Org, types: tuple[str, str] = ("UPTD_PPA", "POLICE_PPA"), **change: Any
) -> Results:
    one, other = await world.org(types[0]), await world.org(types[1])
    mou = await agreement(
        world, [one, other, *others], change.pop("clauses", []),
        **{"validFrom": FIRST, "validUntil": str(today() + timedelta(days=365))} | change,
    )  # fmt: skip
    owner, measurer = await world.as_(one), await world.as_(other)
    framework = (await ok(create(owner, mou=mou)))["id"]
    outcome = (await ok(add_result(owner, framework)))["id"]
    return Results(world, owner, measurer, mou, framework, outcome)


async def for_strangers(world: World) -> dict[str, str]:
    """Everything there is of results that concerns two organisations alone, by its noun."""
    scene = await results(world, scope="Pendampingan.")
    indicator = await scene.indicator()
    body = {"name": "Program", "validFrom": FIRST, "validUntil": day(300)}
    started = scene.owner.mutate("startProgramme", "$input: ProgrammeInput!", PROGRAMME, input=body)
    begun = await ok(
        scene.owner.mutate("startEvaluation", "$mouId: ID!", EVALUATION, mouId=scene.mou)
    )
    return {
        "programme": (await ok(started))["id"],
        "framework": scene.framework,
        "result": scene.result,
        "indicator": indicator,
        "measurement": await scene.measured(indicator),
        "evaluation": begun["id"],
        "promise": begun["promises"]["nodes"][0]["id"],
    }


async def sound_values(world: World, me: Api, other: Org) -> dict[str, Any]:
    """Sound inputs of this noun, by the names of their types; ids by root field."""
    parties = [me.org, other]
    mou, free = [await agreement(world, parties, [], validFrom=FIRST) for _ in range(2)]
    body = {"name": "Program", "validFrom": FIRST, "validUntil": day(300)}
    started = me.mutate("startProgramme", "$input: ProgrammeInput!", PROGRAMME, input=body)
    framework = (await ok(create(me, mou=mou)))["id"]
    outcome = (await ok(add_result(me, framework)))["id"]
    indicator = (await ok(add_indicator(me, outcome, "A", definition(me.org))))["id"]
    return {
        "ProgrammeInput": body,
        "ProgrammeChangeInput": {"name": "Lain"},
        "changeProgramme": (await ok(started))["id"],
        "ResultsFrameworkInput": framework_of(free),
        "ResultsFrameworkChangeInput": {"name": "Lain"},
        "addFrameworkResult": framework,
        "FrameworkResultInput": {"level": "OUTPUT", "statement": "Contoh"},
        "addIndicator": outcome,
        "changeIndicator": indicator,
        "succeedIndicator": indicator,
        "IndicatorInput": definition(me.org),
        "MeasurementInput": value(indicatorId=indicator, period=f"{LAST_YEAR}-Q1"),
        "MeasurementCorrectionInput": value(),
        "PromiseAnswerInput": {"answer": "KEPT"},
        "EvaluationConclusionInput": {"recommendation": "EXTEND", "reasons": "Contoh"},
        "extendMou": mou,
        "Decimal": "1",
    }
