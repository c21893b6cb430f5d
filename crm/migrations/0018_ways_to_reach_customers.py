"""What people know of a customer, and how to reach who works there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0017_response_clocks'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='do_not_contact',
            field=models.BooleanField(default=False, verbose_name='do not contact'),
        ),
        migrations.AddField(
            model_name='contact',
            name='language',
            field=models.CharField(blank=True, max_length=40, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='contact',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='organization',
            name='country',
            field=models.CharField(blank=True, max_length=60, verbose_name='country'),
        ),
        migrations.AddField(
            model_name='organization',
            name='phone',
            field=models.CharField(blank=True, max_length=40, verbose_name='phone'),
        ),
        migrations.AddField(
            model_name='organization',
            name='postal_code',
            field=models.CharField(blank=True, max_length=20, verbose_name='postal code'),
        ),
        migrations.AddField(
            model_name='organization',
            name='registration_number',
            field=models.CharField(blank=True, max_length=40, verbose_name='registration number'),
        ),
        migrations.AddField(
            model_name='organization',
            name='street',
            field=models.CharField(blank=True, max_length=120, verbose_name='street'),
        ),
        migrations.AddField(
            model_name='organization',
            name='vat_number',
            field=models.CharField(blank=True, max_length=40, verbose_name='VAT number'),
        ),
        migrations.AddField(
            model_name='organization',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='organization',
            name='website',
            field=models.CharField(blank=True, max_length=500, verbose_name='website'),
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'E-mail'), ('phone', 'Phone'), ('url', 'Web')], max_length=5)),
                ('value', models.CharField(max_length=500, verbose_name='address or number')),
                ('value_key', models.CharField(db_index=True, editable=False, max_length=500)),
                ('label', models.CharField(choices=[('work', 'Work'), ('home', 'Private'), ('mobile', 'Mobile'), ('other', 'Other')], default='work', max_length=6)),
                ('is_primary', models.BooleanField(default=False)),
                ('removed_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='crm.contact')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('contact', 'kind'), name='one_primary_point_per_kind'), models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('contact', 'kind', 'value_key'), name='one_point_per_value'), models.CheckConstraint(condition=models.Q(('removed_at', None), ('is_primary', False), _connector='OR'), name='a_removed_point_is_not_primary'), models.CheckConstraint(condition=models.Q(('value_key', ''), _negated=True), name='point_has_a_value')],
            },
        ),
    ]
