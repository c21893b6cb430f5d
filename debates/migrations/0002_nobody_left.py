"""One more way in which a debate ends, and another word for a trial."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('debates', '0001_first'),
    ]

    operations = [
        migrations.AlterField(
            model_name='debate',
            name='end',
            field=models.CharField(blank=True, choices=[('decided', 'It was decided.'), ('dismissed', 'The team did not want to debate this.'), ('not_dated', 'Nobody of the team took it up within five working days.'), ('not_gathered', 'Too few took part, also in the days added.'), ('nothing_proposed', 'Nobody proposed anything.'), ('not_answered', 'Too few said yes or no.'), ('nobody_left', 'Nobody was left to promise it.'), ('objected', 'Objections were left at the end.')], default='', max_length=16),
        ),
        migrations.AlterField(
            model_name='debate',
            name='fallback',
            field=models.CharField(blank=True, choices=[('trial', 'we try it for a month, if two thirds of the answers are yes'), ('drop', 'we drop it all'), ('split', 'we do what nobody objects to')], default='', max_length=5),
        ),
    ]
