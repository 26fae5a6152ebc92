{{- define "halobus.name" -}}
{{ .Release.Name | replace "." "-" | trunc 40 | trimSuffix "-" }}-{{ .service }}
{{- end }}

{{- define "halobus.labels" -}}
app.kubernetes.io/name: halobus
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ include "halobus.tag" . | trunc 63 | trimAll "-_." | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "halobus.selector" -}}
app.kubernetes.io/name: halobus
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{- define "halobus.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "halobus.image" -}}
{{ .Values.image.repository }}:{{ include "halobus.tag" . }}
{{- end }}

{{- /* What every process needs to reach Kafka and MongoDB; secrets come as files, which are read again when they change. */ -}}
{{- define "halobus.env" -}}
- {name: HALOBUS_BUILD, value: {{ include "halobus.tag" . | quote }}}
- {name: KAFKA_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: HALOBUS_KAFKA_SECURITY, value: {{ .Values.kafka.security | quote }}}
- {name: HALOBUS_TOPIC_PREFIX, value: {{ .Values.kafka.topicPrefix | quote }}}
- {name: HALOBUS_REPLICATION_FACTOR, value: {{ .Values.kafka.replicationFactor | int | quote }}}
- {name: HALOBUS_DATABASE, value: {{ .Values.mongodb.database | quote }}}
- {name: MONGODB_URI_FILE, value: /secrets/mongodb/uri}
{{- if .Values.mongodb.tlsAuthority }}
- {name: HALOBUS_MONGODB_CA_FILE, value: /secrets/mongodb/ca.crt}
{{- end }}
{{- if contains "SASL" .Values.kafka.security }}
- {name: HALOBUS_KAFKA_SASL_MECHANISM, value: {{ .Values.kafka.saslMechanism | quote }}}
{{- if eq .Values.kafka.saslMechanism "OAUTHBEARER" }}
- {name: HALOBUS_KAFKA_OAUTH_TOKEN_FILE, value: /secrets/kafka/oauth-token}
{{- else }}
- name: HALOBUS_KAFKA_USERNAME
  valueFrom: {secretKeyRef: {name: {{ include "halobus.kafkaSecret" . | quote }}, key: username}}
- {name: HALOBUS_KAFKA_PASSWORD_FILE, value: /secrets/kafka/password}
{{- end }}
{{- end }}
{{- if and (hasSuffix "SSL" .Values.kafka.security) .Values.kafka.tlsAuthority }}
- {name: HALOBUS_KAFKA_CA_FILE, value: /secrets/kafka/ca.crt}
{{- end }}
- {name: HALOBUS_LOG_LEVEL, value: {{ .Values.telemetry.logLevel | quote }}}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .Values.telemetry.otlpEndpoint | quote }}}
{{- end }}

{{- /* A number of a values file is a float, which would be written as 1e+06. */ -}}
{{- define "halobus.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- define "halobus.env.connector" -}}
- {name: HALOBUS_SEALING_PRIVATE_KEYS_FILE, value: /secrets/keys/sealing-private-keys}
- {name: HALOBUS_HALO_LIMIT, value: {{ .Values.halo.limit | int | quote }}}
- {name: HALOBUS_HALO_SHARE, value: {{ .Values.halo.share | quote }}}
- {name: HALOBUS_ALLOWED_HOSTS, value: {{ .Values.halo.allowedHosts | quote }}}
{{- end }}

{{- define "halobus.env.wizard-api" -}}
- {name: HALOBUS_SEALING_PUBLIC_KEY_FILE, value: /secrets/keys/sealing-public-key}
- {name: HALOBUS_SESSION_KEY_FILE, value: /secrets/keys/session-key}
{{- if .Values.portal.jwksUrl }}
- {name: HALOBUS_JWKS_URL, value: {{ .Values.portal.jwksUrl | quote }}}
{{- else }}
- {name: HALOBUS_JWT_SECRET_FILE, value: /secrets/keys/jwt-secret}
{{- end }}
{{- if .Values.webhook.url }}
- {name: HALOBUS_WEBHOOK_URL, value: {{ .Values.webhook.url | quote }}}
- {name: HALOBUS_WEBHOOK_SECRET_FILE, value: /secrets/keys/webhook-secret}
{{- end }}
- {name: HALOBUS_JWT_ISSUER, value: {{ .Values.portal.issuer | quote }}}
- {name: HALOBUS_JWT_AUDIENCE, value: {{ .Values.portal.audience | quote }}}
- {name: HALOBUS_ALLOWED_HOSTS, value: {{ .Values.halo.allowedHosts | quote }}}
{{- end }}

{{- /* The secrets of one process: its own where it has some, else those of all. */ -}}
{{- define "halobus.kafkaSecret" -}}
{{ dig .service "kafkaSecret" "" .Values.accounts | default .Values.kafka.secret }}
{{- end }}

{{- define "halobus.mongodbSecret" -}}
{{ dig .service "mongodbSecret" "" .Values.accounts | default .Values.mongodb.secret }}
{{- end }}

{{- define "halobus.mounts" -}}
- {name: mongodb, mountPath: /secrets/mongodb, readOnly: true}
{{- if include "halobus.kafkaSecret" . }}
- {name: kafka, mountPath: /secrets/kafka, readOnly: true}
{{- end }}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "halobus.volumes" -}}
- {name: mongodb, secret: {secretName: {{ include "halobus.mongodbSecret" . | quote }}}}
{{- if include "halobus.kafkaSecret" . }}
- {name: kafka, secret: {secretName: {{ include "halobus.kafkaSecret" . | quote }}}}
{{- end }}
- {name: tmp, emptyDir: {sizeLimit: 64Mi}}
{{- end }}

{{- define "halobus.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "halobus.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* Where pods may run and what fetches their image: the same for the migration, else its hook waits for ever. */ -}}
{{- define "halobus.placement" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
