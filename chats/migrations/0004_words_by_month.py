"""Each message tells its company, by which, and by its month, its words are found."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chats', '0003_search_statistics'),
        ('crm', '0002_words'),
        ('waha', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='message',
            name='message_words',
        ),
        migrations.AddField(
            model_name='message',
            name='tenant',
            field=models.ForeignKey(db_constraint=False, db_index=False, default='00000000-0000-0000-0000-000000000000', editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.tenant', verbose_name='company'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE messages SET tenant_id = chats.tenant_id FROM chats WHERE chats.id = messages.chat_id",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='message',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector(models.Func(models.Func(models.Func(django.db.models.functions.text.Right(django.db.models.functions.comparison.Cast('tenant', models.TextField()), 6), models.Value('0123456789'), models.Value('ghijklmnop'), function='translate', output_field=models.TextField()), models.Value(''), models.Func(models.F('timestamp'), output_field=models.TextField(), template="GREATEST((EXTRACT(year FROM (%(expressions)s AT TIME ZONE 'UTC')) * 12 + EXTRACT(month FROM (%(expressions)s AT TIME ZONE 'UTC')))::integer, 24109)::text"), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), models.Value(''), models.Func(models.Func(models.F('body'), models.Value('áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ'), models.Value('aaaaaeeeeiiiiooooouuuucnAAAAAEEEEIIIIOOOOOUUUUCN'), function='translate', output_field=models.TextField()), models.Value('[^a-zA-Z0-9]+'), models.Func(models.Value(' '), models.Value(''), models.Func(models.Func(django.db.models.functions.text.Right(django.db.models.functions.comparison.Cast('tenant', models.TextField()), 6), models.Value('0123456789'), models.Value('ghijklmnop'), function='translate', output_field=models.TextField()), models.Value(''), models.Func(models.F('timestamp'), output_field=models.TextField(), template="GREATEST((EXTRACT(year FROM (%(expressions)s AT TIME ZONE 'UTC')) * 12 + EXTRACT(month FROM (%(expressions)s AT TIME ZONE 'UTC')))::integer, 24109)::text"), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), models.Value('g'), function='regexp_replace', output_field=models.TextField()), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), config='simple'), condition=models.Q(('superseded_by', None), models.Q(('type', 'SYSTEM'), _negated=True)), gin_pending_list_limit=256, name='message_words'),
        ),
        # PostgreSQL never looks at what it knows of a partial index, and would work out 30,000 messages' words for it
        # whenever it takes stock of the table.
        migrations.RunSQL(
            "ALTER INDEX message_words ALTER COLUMN 1 SET STATISTICS 0",
            "ALTER INDEX message_words ALTER COLUMN 1 SET STATISTICS -1",
        ),
    ]
