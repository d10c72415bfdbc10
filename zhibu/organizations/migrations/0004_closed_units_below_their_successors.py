from typing import Any

from django.db import migrations


def _place(apps: Any, root_of: str) -> None:
    """Paths of closed units anew: below ``merged_into``, or back below ``parent``. Re-runnable."""
    organization = apps.get_model("organizations", "Organization")
    rows = {row.pk: row for row in organization.objects.only("parent_id", "merged_into_id", "path")}
    changed = []
    for row in rows.values():
        steps: list[int] = []
        at = row
        while at is not None and at.pk not in steps:
            steps.append(at.pk)
            above = (at.merged_into_id if root_of == "merged_into" else None) or at.parent_id
            at = rows.get(above)
        path = "".join(f"{step}." for step in reversed(steps))
        if path != row.path:
            row.path = path
            changed.append(row)
    organization.objects.bulk_update(changed, ["path"], batch_size=500)


def below_successors(apps: Any, schema_editor: Any) -> None:
    _place(apps, "merged_into")


def below_parents(apps: Any, schema_editor: Any) -> None:
    _place(apps, "parent")


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_retire_segments")]

    operations = [migrations.RunPython(below_successors, below_parents)]
