#!/usr/bin/env bash
# Renders the Helm chart with and without a database, and checks each manifest against the published schemas of
# Kubernetes and of the Prometheus operator. Needs Helm (HELM=path), or Go to build it; and npm's registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

helm=${HELM:-$(command -v helm || true)}
if [ -z "$helm" ]; then
  GOBIN="$scratch" go install helm.sh/helm/v3/cmd/helm@v3.18.4
  helm="$scratch/helm"
fi
render() { "$helm" template parley deploy/helm --kube-version 1.33.0 "$@"; }

"$helm" lint deploy/helm --set secret.existingSecret=s
render --set secret.openrouterApiKey=k,secret.adminKey="$(printf 'x%.0s' {1..32})" >"$scratch/one.yaml"
render --set secret.existingSecret=s,database.enabled=true,replicaCount=3,autoscaling.enabled=true \
  --set ingress.enabled=true,ingress.host=chat.example.com,ingress.tlsSecret=t,env.LOG_LEVEL=warn \
  --set serviceMonitor.enabled=true,serviceMonitor.keySecret.name=s,serviceMonitor.keySecret.key=k >"$scratch/all.yaml"
render --set secret.existingSecret=s,database.enabled=true,database.url=postgres://u:p@db/parley,replicaCount=3 \
  --set persistence.enabled=false >"$scratch/url.yaml"
render --set secret.existingSecret=s,database.enabled=true,database.existingSecret.name=pg,database.existingSecret.key=uri \
  >"$scratch/theirs.yaml"

has() { grep -qF -- "$2" "$scratch/$1.yaml" || { echo "$1.yaml lacks: $2" && exit 1; }; }
lacks() { if grep -qF -- "$2" "$scratch/$1.yaml"; then echo "$1.yaml has: $2" && exit 1; fi; }
has one volumeClaimTemplates
lacks one DATABASE_URL
lacks one HorizontalPodAutoscaler
has all HorizontalPodAutoscaler
lacks all DATABASE_URL # It comes with the other keys.
has url 'replicas: 3'
has url 'secretKeyRef: { name: parley-database, key: DATABASE_URL }'
has url 'DATABASE_URL: "postgres://u:p@db/parley"'
has url 'name: data, emptyDir'
lacks url volumeClaimTemplates
has theirs 'secretKeyRef: { name: pg, key: uri }'
lacks theirs 'kind: Secret'

refused() {
  if render "$@" >/dev/null 2>&1; then echo "accepted: $*" && exit 1; fi
}
refused                                                       # no keys
refused --set secret.existingSecret=s,replicaCount=2          # two processes, one log
refused --set secret.existingSecret=s,autoscaling.enabled=true
refused --set secret.existingSecret=s,persistence.enabled=false
refused --set secret.openrouterApiKey=k,secret.adminKey="$(printf 'x%.0s' {1..32})",database.enabled=true # which?
refused --set secret.existingSecret=s,database.enabled=true,database.url=postgres://db/p,database.existingSecret.name=pg
refused --set secret.existingSecret=s,database.enabled=true,database.url=mysql://db/p
refused --set secret.existingSecret=s,env.ADMIN_KEY=visible   # a secret among the variables
refused --set secret.existingSecret=s,persistance.size=1Gi    # misspelt

npm install --prefix "$scratch" --no-save --no-audit --no-fund --silent \
  kubernetes-models@5.1.0 @kubernetes-models/prometheus-operator@6.0.0 js-yaml@5.4.2
cat >"$scratch/validate.mjs" <<'SCRIPT'
import { loadAll } from 'js-yaml';
import { readFileSync } from 'node:fs';
for (const file of process.argv.slice(2))
  for (const manifest of loadAll(readFileSync(file, 'utf8')).filter(Boolean)) {
    const { apiVersion, kind } = manifest;
    const schemas = apiVersion.startsWith('monitoring.') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
    const { [kind]: Kind } = await import(`${schemas}/${apiVersion}/${kind}`);
    new Kind(manifest).validate();
    console.log(`valid: ${kind} ${manifest.metadata.name}`);
  }
SCRIPT
node "$scratch/validate.mjs" "$scratch"/{one,all,url,theirs}.yaml
