#!/bin/sh
# The namespace, how long it keeps closed workflows, and the search attributes that our workflows set.
# May run again at every start; what exists already is left as it is.
set -eu

# A server that has just started, and one that has just made a namespace, refuse for a few seconds.
patiently() {
  attempt=1
  until "$@"; do
    if [ "$attempt" -ge 60 ]; then
      echo "Gave up after a minute: $*" >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 1
  done
}

patiently temporal operator cluster health

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi

for attribute in AnalysisKind ResourceId AnalysisPolicy AnalysisStep Trigger Owner; do
  patiently temporal operator search-attribute create --name "$attribute" --type Keyword
done
patiently temporal operator search-attribute create --name Generation --type Int
