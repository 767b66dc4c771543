"""The group of those who may write courses."""

from django.db import migrations


def make_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="Instructors")


class Migration(migrations.Migration):

    dependencies = [
        ("teaching", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    # Going back leaves the group: it may have members, whom no one could name again.
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
