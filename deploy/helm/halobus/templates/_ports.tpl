{{- /* The port of a URL; the scheme's own where it names none. */ -}}
{{- define "halobus.portOf" -}}
{{- $url := urlParse . -}}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) -}}
{{- end }}

{{- /* Those of the bootstrap servers, and those that brokers are advertised on besides, as a JSON array. */ -}}
{{- define "halobus.kafkaPorts" -}}
{{- $ports := .Values.networkPolicy.kafkaPorts -}}
{{- range splitList "," .Values.kafka.bootstrapServers -}}
{{- $ports = append $ports (splitList ":" . | last | int) -}}
{{- end -}}
{{- toJson (uniq $ports) -}}
{{- end }}
