"""Who acts in the cases, and whom they happen to. Everything is drawn with a seed, so each build is the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from zhibu.accounts.models import User
from zhibu.accounts.summaries.scopes import scope_of
from zhibu.certificates.models import Booklet, Disposition
from zhibu.core.access import Scope
from zhibu.core.dates import full_years
from zhibu.demo.names import han_name, yi_name
from zhibu.demo.workbooks import SEED
from zhibu.members.models import Member, MembershipEvent, PostHolding
from zhibu.organizations.models import Organization
from zhibu.organizations.rules import BRANCH_KINDS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member as the cases choose. ``has_booklet``: it was handed over; ``holds``: a post of the branch."""

    pk: int
    sex: str
    birth: date
    join: date
    stage: str
    is_floating: bool
    has_booklet: bool
    holds: bool


Wanted = Callable[[Candidate], bool]


def ordinary(person: Candidate) -> bool:
    """A full member with a booklet, at home, without a post."""
    return person.stage == "full" and person.has_booklet and not person.is_floating and not person.holds


class Cast:
    """The people of the demonstration: who signs in, clerks and organizers elsewhere, members to draw from.

    ``home`` and ``sibling`` are the branches one signs in for, ``town`` the committee above them. Where
    nobody has a sign-in, the branch's secretary and an invented organizer of the committee act by name.
    """

    def __init__(self, county: Organization, *, home: str, sibling: str, on: date) -> None:
        self.county_unit, self.on = county, on
        self._codes = (home, sibling)
        self._used: set[int] = set()
        self._taken: dict[int, int] = {}
        self.refresh()

    def _signed_in(self, username: str) -> Scope:
        user = User.objects.filter(username=username).first()
        return scope_of(user, on=self.on) if user else Scope.system("县委组织部")

    def refresh(self) -> None:
        """Read the county anew: accounts were opened, booklets handed over, units merged."""
        self.county, self.second = self._signed_in("county"), self._signed_in("county2")
        scopes = [
            scope_of(user, on=self.on)
            for user in User.objects.filter(username__in=("puxiong", "branch", "sibling"))
        ]
        self._sign_ins = {place: each for each in scopes for place in each.prefixes("members.read")}
        self._used.update(Member.objects.exclude(user=None).values_list("pk", flat=True))
        self.branches = {
            row.pk: row
            for row in Organization.objects.filter(kind__in=BRANCH_KINDS, closed_on=None)
            .select_related("parent")
            .order_by("code")
        }
        by_code = {row.code: row for row in self.branches.values()}
        some = list(self.branches.values())
        self.home = by_code.get(self._codes[0], some[0])
        beside = [row for row in some if row.parent_id == self.home.parent_id and row.pk != self.home.pk]
        self.sibling = by_code.get(self._codes[1], beside[0])
        self.town = self.home.parent or self.county_unit
        holders: dict[int, str] = {}
        self._officers: dict[int, list[str]] = {}
        posts = PostHolding.objects.filter(until=None).order_by("organization", "post", "pk")
        for member, unit, post, name in posts.values_list("member", "organization", "post", "member__name"):
            holders[member] = post
            self._officers.setdefault(unit, []).append(name)
            if post == "secretary":
                self._officers[unit].insert(0, self._officers[unit].pop())
        handed = set(Booklet.objects.filter(state="issued").values_list("certificate__member", flat=True))
        self._pool: dict[int, list[Candidate]] = {pk: [] for pk in self.branches}
        rows = (
            Member.objects.enrolled().filter(standing="active").order_by("branch__code", "join_date", "name")
        )
        for pk, branch, sex, birth, join, stage, floating in rows.values_list(
            "pk", "branch", "sex", "birth_date", "join_date", "stage", "is_floating"
        ):
            if branch in self._pool and pk not in self._used:
                one = Candidate(pk, sex, birth, join, stage, floating, pk in handed, pk in holders)
                self._pool[branch].append(one)
        for pk, pool in self._pool.items():
            self.dice(f"pool {self.branches[pk].code}").shuffle(pool)

    # --- days ------------------------------------------------------------------------------------

    def ago(self, days: int) -> date:
        """So many days before today; offices are closed on weekends, so the Friday before then."""
        day = self.on - timedelta(days=days)
        return day - timedelta(days=max(day.weekday() - 4, 0)) if days else day

    def dice(self, what: str) -> Random:
        """Chance of its own for each kind of case, so that one does not shift another."""
        return Random(f"{SEED} {what}")

    # --- who acts --------------------------------------------------------------------------------

    def clerk(self, branch: Organization) -> Scope:
        """Who enters for a branch."""
        return self._sign_ins.get(branch.path) or Scope.system(self.secretary(branch))

    def organizer(self, branch: Organization) -> Scope:
        """Who decides at the committee above a branch, or at a committee."""
        place = ".".join(branch.path.split(".")[:2]) + "."
        if place in self._sign_ins:
            return self._sign_ins[place]
        return Scope.system(han_name(self.dice(f"organizer {place}"), "1"))

    def secretary(self, branch: Organization) -> str:
        """The branch secretary's name; the branch's own where there is none."""
        return self.officers(branch)[0]

    def officers(self, branch: Organization) -> list[str]:
        """Names of those with posts in the branch, the secretary first; never empty."""
        return self._officers.get(branch.pk) or [branch.short_name]

    def name(self, what: str, *, yi: bool = True) -> str:
        """An invented name of somebody outside the roster."""
        dice = self.dice(f"name {what}")
        return yi_name(dice, "1") if yi else han_name(dice, "1")

    # --- documents -------------------------------------------------------------------------------

    def document(self, branch: Organization, day: date) -> str:
        """Number of a decision of the committee above a branch; later days have higher numbers."""
        above = branch.parent if branch.parent is not None else branch
        return f"{above.short_name[:2]}委〔{day.year}〕{day.timetuple().tm_yday // 6 + 1}号"

    def county_document(self, day: date) -> str:
        """Number of a decision of the county's discipline inspection."""
        return f"越纪〔{day.year}〕{day.timetuple().tm_yday // 5 + 1}号"

    # --- whom it happens to ----------------------------------------------------------------------

    def take(
        self, count: int = 1, *, at: Organization | None = None, wanted: Wanted = ordinary
    ) -> list[Member]:
        """Members no other case has, fewer where there are not so many.

        ``at``: a branch, or a committee, whose other branches take turns; None: the county outside the town.
        """
        found: list[Member] = []
        for pool, branch in self._places(at, count):
            limit = len(pool) if at is not None else max(len(pool) // 4, 1)
            if self._taken.get(branch, 0) >= limit:
                continue
            one = next((each for each in pool if each.pk not in self._used and wanted(each)), None)
            if one is None:
                continue
            self._used.add(one.pk)
            self._taken[branch] = self._taken.get(branch, 0) + 1
            found.append(Member.objects.select_related("branch__parent").get(pk=one.pk))
            if len(found) == count:
                break
        return found

    def _places(self, at: Organization | None, count: int) -> Iterator[tuple[list[Candidate], int]]:
        if at is not None and at.pk in self._pool:
            places = [at.pk]
        elif at is not None:
            mine = (self.home.pk, self.sibling.pk)
            places = [pk for pk, row in self.branches.items() if row.parent_id == at.pk and pk not in mine]
        else:
            town = self.home.parent_id
            places = [pk for pk, row in self.branches.items() if row.parent_id != town]
        if len(places) > 1:  # spread over the county, another way each time
            self.dice(f"turn {len(self._used)}").shuffle(places)
        for _round in range(count + 2):
            for pk in places:
                yield self._pool[pk], pk

    def first(self, place: int, *, wanted: Wanted = ordinary) -> list[Member]:
        """One member of a branch outside the town without taking the person: no other case is shifted.

        ``place``: which branch in the order of codes; the next that has somebody.
        """
        town = self.home.parent_id
        places = [pk for pk, row in self.branches.items() if row.parent_id != town]
        for pk in places[place % len(places) :] + places[: place % len(places)]:
            one = next((each for each in self._pool[pk] if each.pk not in self._used and wanted(each)), None)
            if one is not None:
                return [Member.objects.select_related("branch__parent").get(pk=one.pk)]
        return []

    def left(self, wanted: Wanted, *, at: Organization | None = None) -> list[Member]:
        """All members no case has yet, in the order of branches. Taken by this."""
        chosen = [
            each.pk
            for pk, pool in self._pool.items()
            if at is None or self.branches[pk].path.startswith(at.path)
            for each in pool
            if each.pk not in self._used and wanted(each)
        ]
        self._used.update(chosen)
        rows: dict[int, Member] = {}
        for start in range(0, len(chosen), 500):
            some = Member.objects.select_related("branch__parent").in_bulk(chosen[start : start + 500])
            rows |= some
        return [rows[pk] for pk in chosen]

    def age(self, person: Candidate) -> int:
        """Full years today."""
        return full_years(person.birth, self.on)


def disposition_of(event: MembershipEvent) -> Disposition:
    """What became of the certificate by an event."""
    return Disposition.objects.select_related("certificate__member__branch").get(event=event)
