#!/bin/sh
# Brings Elasticsearch and Kibana to what these files say; as often as wanted. ELASTICSEARCH, KIBANA: their addresses;
# ELASTICSEARCH_API_KEY: of somebody who may manage lifecycles, templates and roles.
set -eu
cd "$(dirname "$0")"
put() { curl --fail-with-body -sS -X PUT "$ELASTICSEARCH/$1" -H "Authorization: ApiKey $ELASTICSEARCH_API_KEY" -H 'Content-Type: application/json' --data-binary "@$2"; echo; }
for kind in application backup audit; do put "_ilm/policy/omnicare-$kind" "ilm-$kind.json"; done
put _component_template/omnicare-mappings component-template-mappings.json
for kind in application backup audit; do put "_index_template/omnicare-$kind" "index-template-$kind.json"; done
for role in operator security-officer; do put "_security/role/omnicare-$role" "role-$role.json"; done
curl --fail-with-body -sS -X POST "$KIBANA/api/saved_objects/_import?overwrite=true" -H "Authorization: ApiKey $ELASTICSEARCH_API_KEY" -H 'kbn-xsrf: true' --form file=@../kibana/omnicare.ndjson
