#!/bin/sh
# The namespace, how long it keeps closed workflows, and the search attributes that our workflows set.
set -eu

until temporal operator cluster health; do
  attempt=$((${attempt:-0} + 1))
  if [ "$attempt" -ge 60 ]; then
    echo 'Temporal did not become healthy within a minute.' >&2
    exit 1
  fi
  sleep 1
done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"

# One that exists already is left as it is.
for attribute in AnalysisKind ResourceId AnalysisPolicy AnalysisStep Trigger Owner; do
  temporal operator search-attribute create --name "$attribute" --type Keyword
done
temporal operator search-attribute create --name Generation --type Int
