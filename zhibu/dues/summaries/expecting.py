"""What months that are not opened yet will be, for paying ahead."""

from zhibu.dues.policies import schedule_of
from zhibu.dues.rules import due_of, month_range
from zhibu.dues.summaries.facts import assessed_amounts, reliefs_in
from zhibu.members.models import Member


def expected_of(member: Member, *, since: int, until: int) -> dict[int, tuple[str, int]]:
    """Kind and amount of the member's months of [since, until), as opening them would write. Three queries a month."""
    found = {}
    for month in month_range(since, until):
        assessed = assessed_amounts(month, [member.branch_id])
        category, amount = assessed.get(member.pk, (member.dues_category, None))
        kind, owed = due_of(
            month,
            join_date=member.join_date,
            is_suspended=member.standing == "suspended",
            category=category,
            assessed=amount,
            relief=reliefs_in(month).get(member.pk),
            schedule=schedule_of(month),
        )
        found[month] = (str(kind), owed)
    return found
