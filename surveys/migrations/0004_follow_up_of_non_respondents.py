import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0003_county_of_a_sampled_unit'),
    ]

    operations = [
        migrations.AddField(
            model_name='sampledunit',
            name='follow_up',
            field=models.CharField(blank=True, choices=[('answered', 'Had answered'), ('ineligible', 'Did not belong to the population'), ('declined', 'Had declined: not asked again'), ('drawn', 'Drawn'), ('not_drawn', 'Not drawn')], default='', help_text='How it stood when the follow-up of its country was drawn; empty: none was', max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='sampledunit',
            name='follow_up_probability',
            field=models.FloatField(blank=True, help_text='Chance to be drawn for the follow-up; none for units that could not be', null=True),
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(choices=[('NO', 'Norway'), ('DK', 'Denmark'), ('SE', 'Sweden'), ('FI', 'Finland'), ('IS', 'Iceland')], max_length=2)),
                ('size', models.PositiveIntegerField(help_text='Units drawn')),
                ('minimum_per_stratum', models.PositiveIntegerField()),
                ('seed', models.BigIntegerField()),
                ('pool', models.PositiveIntegerField(help_text='Units that could be drawn')),
                ('drawn_at', models.DateTimeField()),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_ups', to='surveys.wave')),
            ],
            options={
                'ordering': ['country'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'country'), name='follow_up_once')],
            },
        ),
    ]
