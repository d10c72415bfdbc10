"""Records that were merged into another: what a seal covers stays with them, whoever reads by person asks here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

from zhibu.members.models import Member


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Which record stands for a person now: ``kept`` by each record that was merged, in one step or several."""

    kept: dict[int, int]

    @classmethod
    def read(cls) -> Self:
        """All merged records; there are few in a county. One query."""
        rows = dict(Member.objects.exclude(merged_into=None).values_list("pk", "merged_into__pk"))
        found: dict[int, int] = {}
        for pk, into in rows.items():
            seen = {pk}
            while into in rows and into not in seen:
                seen.add(into)
                into = rows[into]
            found[pk] = into
        return cls(found)

    def of(self, member_id: int) -> int:
        """The record that stands for the person of this one."""
        return self.kept.get(member_id, member_id)

    def records(self, member_ids: Iterable[int]) -> list[int]:
        """These records and all that were merged into them."""
        wanted = set(member_ids)
        return [*wanted, *self.others(wanted)]

    def others(self, member_ids: Collection[int]) -> list[int]:
        """The records that were merged into these."""
        return [pk for pk, into in self.kept.items() if into in member_ids and pk not in member_ids]
