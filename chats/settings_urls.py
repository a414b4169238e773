"""Settings of conversations and of those who answer them, under `/configuracoes/`."""

from django.urls import path

from .views import audit, company, contact_fields, pipelines, preferences, reply_forms, tokens, webhooks

app_name = "settings"

urlpatterns = [
    path("preferencias/", preferences.preferences, name="preferences"),
    path("preferencias/senha/", preferences.password, name="password"),
    path("atendimento/", company.service, name="service"),
    path("setores/", company.teams, name="teams"),
    path("setores/novo/", company.team_new, name="team_new"),
    path("setores/<uuid:team_id>/", company.team, name="team"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/novo/", webhooks.new, name="webhook_new"),
    path("webhooks/<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/edit/", webhooks.edit, name="webhook_edit"),
    path("webhooks/<uuid:webhook_id>/test/", webhooks.test, name="webhook_test"),
    path("webhooks/<uuid:webhook_id>/state/", webhooks.state, name="webhook_state"),
    path("webhooks/<uuid:webhook_id>/secret/", webhooks.secret, name="webhook_secret"),
    path("webhooks/<uuid:webhook_id>/removal/", webhooks.removal, name="webhook_removal"),
    path("webhooks/<uuid:webhook_id>/deliveries/<int:delivery_id>/", webhooks.delivery, name="webhook_delivery"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/<int:delivery_id>/posting/",
        webhooks.redelivery,
        name="webhook_redelivery",
    ),
    path("funil/", pipelines.pipelines, name="pipelines"),
    path("funil/novo/", pipelines.pipeline_new, name="pipeline_new"),
    path("funil/<uuid:pipeline_id>/", pipelines.pipeline, name="pipeline"),
    path("funil/<uuid:pipeline_id>/removal/", pipelines.pipeline_removal, name="pipeline_removal"),
    path("funil/<uuid:pipeline_id>/order/", pipelines.stage_order, name="stage_order"),
    path("funil/<uuid:pipeline_id>/etapas/nova/", pipelines.stage_new, name="stage_new"),
    path("funil/etapas/<uuid:stage_id>/", pipelines.stage, name="stage"),
    path("funil/etapas/<uuid:stage_id>/removal/", pipelines.stage_removal, name="stage_removal"),
    path("api/", tokens.tokens, name="tokens"),
    path("api/novo/", tokens.token_new, name="token_new"),
    path("api/<uuid:token_id>/revogacao/", tokens.revocation, name="token_revocation"),
    path("auditoria/", audit.lines, name="audit"),
    path("auditoria/csv/", audit.lines_csv, name="audit_csv"),
    path("campos/", contact_fields.fields, name="fields"),
    path("campos/novo/", contact_fields.field_new, name="field_new"),
    path("campos/<uuid:field_id>/", contact_fields.field, name="field"),
    path("campos/<uuid:field_id>/order/", contact_fields.field_order, name="field_order"),
    path("campos/<uuid:field_id>/removal/", contact_fields.field_removal, name="field_removal"),
    path("respostas-rapidas/", reply_forms.replies, name="replies"),
]
