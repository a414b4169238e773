"""How well PostgreSQL knows the words of `chats.search`.

From its usual hundred it learns the names alone, and takes any other beginning for half a per cent of the chats: it then
walks along the list for phone digits, or a name that nobody has, instead of asking the index of the words. With a
thousand it knows the commonest endings of phones as well, and so how rare the others are.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("chats", "0002_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE chats ALTER COLUMN search SET STATISTICS 1000",
            "ALTER TABLE chats ALTER COLUMN search SET STATISTICS -1",
        )
    ]
