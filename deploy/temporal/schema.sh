#!/bin/sh
# Temporal's two databases and their schema; may run again at every start, and after an upgrade of the server.
set -eu

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  schema=/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned
  # Both are errors only if the next command fails too: the database may be there from the last start.
  temporal-sql-tool --database "$database" create || echo "$database is there"
  temporal-sql-tool --database "$database" setup-schema -v 0.0 || echo "$database is set up"
  temporal-sql-tool --database "$database" update-schema -d "$schema"
done
