"""What masks leave to guess, and that the walk over all addresses would notice a leak."""

from calendar import monthrange
from datetime import date

import pytest

from tests.secrets import leaks, secrets
from tests.world import World, synthetic_resident_id
from zhibu.core.checkdigits import mod_11_2
from zhibu.core.text import birth_month, mask_birth_date, mask_resident_id


def _numbers_that_fit(mask: str, month: str, sex: str) -> int:
    """Whole numbers that a person who knows the county, the sex and what a page tells must choose among."""
    year, number = map(int, month.split("-"))
    return sum(
        mod_11_2(body) == mask[-1]
        for day in range(1, monthrange(year, number)[1] + 1)
        for order in range(1 if sex == "1" else 0, 1000, 2)
        for body in (f"999999{year:04d}{number:02d}{day:02d}{order:03d}",)
    )


@pytest.mark.parametrize("born", [date(1931, 2, 9), date(1963, 5, 27), date(1988, 12, 31), date(2004, 2, 29)])
@pytest.mark.parametrize(("sex", "order"), [("1", 0), ("2", 498)])
def test_over_a_thousand_numbers_fit_what_a_page_tells(born: date, sex: str, order: int) -> None:
    number = synthetic_resident_id(born, sex, order)
    assert _numbers_that_fit(mask_resident_id(number), birth_month(born), sex) > 1000
    assert mask_birth_date(born)[-2:] == "**"


def test_the_walk_notices_a_birth_date_and_a_tail(world: World) -> None:
    member, known = world.members_a1[1], secrets()
    for text in (
        f"<dd>{member.birth_date:%Y-%m-%d}</dd>",
        f'<td data-born="{member.birth_date:%Y%m%d}">',
        f'<b title="**{member.resident_id[-4:]}">',
        f"{member.birth_date.year}年{member.birth_date.month}月{member.birth_date.day}日出生",
    ):
        assert leaks(text, known), text
    assert not leaks(f"{birth_month(member.birth_date)} {mask_resident_id(member.resident_id)}", known)
