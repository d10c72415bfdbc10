"""Synthetic personal names, Han and Yi, combined at random from word lists."""

import csv
from functools import cache
from pathlib import Path
from random import Random

_DATA = Path(__file__).with_name("data")
# Characters that fonts or old code pages often lack; the second is beyond the BMP. Printing has to cope.
_RARE = ("㛃", "𬱖", "𫖯", "䶮", "𬎆")
# Chance must not give a village member the name of someone who leads or led the country.
AVOIDED = frozenset(
    [
        *(
            "马凯",
            "李建国",
            "张平",
            "王晨",
            "李斌",
            "王勇",
            "李鹏",
            "张军",
            "李强",
            "周强",
            "陈云",
            "汪洋",
            "王刚",
        ),
        *(
            "江华",
            "王东峰",
            "王东明",
            "李希",
            "陈希",
            "何维",
            "肖捷",
            "林彪",
            "江青",
            "万里",
            "乔石",
            "罗干",
            "尹力",
        ),
    ]
)


def rows(name: str) -> list[dict[str, str]]:
    """A word list as rows."""
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _han() -> tuple[list[str], list[float], dict[str, list[str]]]:
    surnames = [row for row in rows("surnames.csv") if row["weight_pct"]]
    given: dict[str, list[str]] = {"1": [], "2": []}
    for row in rows("given.csv"):
        given["1" if row["gender"] == "male" else "2"].append(row["given"])
    return [r["surname"] for r in surnames], [float(r["weight_pct"]) for r in surnames], given


@cache
def _yi() -> tuple[list[str], dict[str, list[str]]]:
    given: dict[str, list[str]] = {"1": [], "2": []}
    for row in rows("yi_given.csv"):
        for sex in {"male": "1", "female": "2"}.get(row["gender"], "12"):
            given[sex].append(row["given"])
    return [row["surname"] for row in rows("yi_surnames.csv") if row["form"] == "plain"], given


def han_name(random: Random, sex: str) -> str:
    """Surname by frequency, one or two syllables after it."""
    surnames, weights, given = _han()
    surname = random.choices(surnames, weights)[0]
    own = random.choice(given[sex])
    if len(own) == 1 and random.random() < 0.55:
        own += random.choice([each for each in given[sex] if len(each) == 1 and each != own])
    if random.random() < 0.002:
        own = random.choice(_RARE)
    name = surname + own
    return han_name(random, sex) if name in AVOIDED else name


def yi_name(random: Random, sex: str) -> str:
    """Clan name and own name, sometimes with the middle dot; some people use a Han surname before a Yi name."""
    surnames, given = _yi()
    own = random.choice(given[sex])
    chance = random.random()
    if chance < 0.06:
        return random.choice(("马", "安", "卢", "何", "余", "白", "沈", "罗")) + own
    if chance < 0.07:
        return f"{random.choice(surnames)}·{own}"
    return random.choice(surnames) + own
