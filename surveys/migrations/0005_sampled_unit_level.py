from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_countries_and_sectors_named")]
    operations = [
        migrations.AddField(
            model_name="sampledunit",
            name="level",
            field=models.CharField(
                help_text="As the frame had it: rules may ask for it after the key is gone",
                max_length=20,
                default="municipal",
            ),
            preserve_default=False,
        )
    ]
