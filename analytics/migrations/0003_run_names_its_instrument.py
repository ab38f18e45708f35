import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_initial"),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(name="run", options={"ordering": ["-requested_at", "-pk"]}),
        migrations.AddField(
            model_name="run",
            name="instrument",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="surveys.instrumentversion",
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="instrument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="surveys.instrumentversion"
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="definitions",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="analytics.definitionset"
            ),
        ),
    ]
