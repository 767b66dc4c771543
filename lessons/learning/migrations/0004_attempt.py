import django.db.models.deletion
from django.db import migrations, models


def tries_so_far(apps, schema_editor):
    """Of what was answered before tries were kept, the best is known: it becomes the one try."""
    Result, Attempt = apps.get_model("learning", "Result"), apps.get_model("learning", "Attempt")
    for result in Result.objects.exclude(correct=None):
        attempt = Attempt.objects.create(
            learner=result.learner,
            lesson=result.lesson,
            block=result.block,
            answer=result.answer,
            correct=result.correct,
            points=result.points,
            recording=result.proof,
            at_ms=60_000 if result.proof else 0,
        )
        Attempt.objects.filter(pk=attempt.pk).update(made=result.updated)


class Migration(migrations.Migration):
    dependencies = [("learning", "0003_lesson_keys")]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lesson", models.CharField(max_length=130)),
                ("block", models.CharField(max_length=100)),
                ("answer", models.JSONField(null=True)),
                ("correct", models.BooleanField()),
                ("points", models.FloatField(default=0)),
                ("recording", models.TextField(blank=True, default="")),
                ("at_ms", models.FloatField(default=0)),
                ("made", models.DateTimeField(auto_now_add=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="learning.learner"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["learner", "lesson", "block"], name="learning_at_learner_a04bcc_idx")],
            },
        ),
        migrations.RunPython(tries_so_far, migrations.RunPython.noop),
    ]
