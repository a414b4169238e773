"""What is over is listed without a look through all of it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chats', '0004_words_by_month'),
        ('crm', '0002_words'),
        ('waha', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('status__in', ['RESOLVED', 'ARCHIVED'])), fields=['tenant', 'assigned_to', 'status', '-pinned', '-last_message_at', '-id'], name='chat_closed_mine'),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('assigned_to', None), ('is_group', False), ('status__in', ['RESOLVED', 'ARCHIVED'])), fields=['tenant', 'status', '-pinned', '-last_message_at', '-id'], name='chat_closed_unassigned'),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('is_group', True), ('status__in', ['RESOLVED', 'ARCHIVED'])), fields=['tenant', 'status', '-pinned', '-last_message_at', '-id'], name='chat_closed_group'),
        ),
    ]
