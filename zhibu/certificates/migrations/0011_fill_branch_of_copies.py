from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Nobody kept the branch before: what is there says the one its holder belongs to today."""
    certificates = apps.get_model("certificates", "Certificate").objects
    branch = certificates.filter(pk=OuterRef("certificate_id")).values("member__branch_id")[:1]
    for name in ("Booklet", "BookletRequest"):
        rows = apps.get_model("certificates", name).objects.filter(branch=None)
        rows.update(branch_id=Subquery(branch))


class Migration(migrations.Migration):
    dependencies = [("certificates", "0010_branch_of_copies")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
