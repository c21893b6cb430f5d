from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("teams", "0002_promises")]

    operations = [
        migrations.RemoveConstraint(model_name="user", name="one_person_per_address"),
        migrations.RemoveConstraint(model_name="user", name="email_is_the_login"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                fields=["email"],
                name="one_person_per_address",
                violation_error_message="There is already somebody with this address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="address_is_in_small_letters"
            ),
        ),
    ]
