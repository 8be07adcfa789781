{{- define "parley.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "parley.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "parley.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "parley.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "parley.secret" -}}
{{- default (include "parley.fullname" .) .Values.secret.existingSecret -}}
{{- end -}}

{{- define "parley.ownDatabaseSecret" -}}
{{- printf "%s-database" (include "parley.fullname" . | trunc 54 | trimSuffix "-") -}}
{{- end -}}

{{/* Where DATABASE_URL is; empty without a database, and where it is in the secret of the other keys. */}}
{{- define "parley.databaseSecret" -}}
{{- with .Values.database -}}
{{- if .enabled -}}
{{- if and .url .existingSecret.name -}}{{- fail "database.url and database.existingSecret.name: only one can be meant" -}}{{- end -}}
{{- if .existingSecret.name -}}{{- .existingSecret.name -}}
{{- else if .url -}}{{- include "parley.ownDatabaseSecret" $ -}}
{{- else -}}{{- $_ := required "database.url, database.existingSecret.name or secret.existingSecret must be set" $.Values.secret.existingSecret -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Every name under which a client in the cluster may ask, and those from outside. */}}
{{- define "parley.allowedHosts" -}}
{{- $name := include "parley.fullname" . -}}
{{- $hosts := list $name (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .Release.Namespace) -}}
{{- if .Values.ingress.host -}}{{- $hosts = append $hosts .Values.ingress.host -}}{{- end -}}
{{- join "," (concat $hosts .Values.allowedHosts) -}}
{{- end -}}
