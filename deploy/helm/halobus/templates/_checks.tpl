{{- /* What one value means for another, which the schema can't say. */ -}}
{{- define "halobus.checks" -}}
{{- $partitions := int .Values.kafka.partitions -}}
{{- $more := printf "more than kafka.partitions, which is %d: the others would be idle. Grow the topics first (docs/operations.md)" $partitions -}}
{{- range $service := list "sync-ticket" "sync-crm" "importer" -}}
{{- $replicas := int (get $.Values.services $service).replicas -}}
{{- if gt $replicas $partitions -}}
{{- fail (printf "services.%s.replicas is %d, %s" $service $replicas $more) -}}
{{- end -}}
{{- end -}}
{{- $scaling := .Values.autoscaling -}}
{{- if gt (int $scaling.maxReplicas) $partitions -}}
{{- fail (printf "autoscaling.maxReplicas is %d, %s" (int $scaling.maxReplicas) $more) -}}
{{- end -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas" -}}
{{- end -}}
{{- $token := and (hasPrefix "SASL" .Values.kafka.security) (eq .Values.kafka.saslMechanism "OAUTHBEARER") -}}
{{- if and $scaling.enabled $token (not $scaling.triggerAuthentication) -}}
{{- fail "autoscaling.triggerAuthentication: with OAUTHBEARER name one of your own, for KEDA can't use our token's file" -}}
{{- end -}}
{{- end }}
