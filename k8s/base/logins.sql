-- A login for each deployment, in the roles of its services and no other: who takes over the process that opens files of
-- strangers reads no catalogue. Run as the owner after `tbt migrate`, which makes the roles; safe to repeat.
-- Passwords come from the files of LOGINS_FOLDER: documents, core, gap, worker.

\set documents `cat "$LOGINS_FOLDER/documents"`
\set core `cat "$LOGINS_FOLDER/core"`
\set gap `cat "$LOGINS_FOLDER/gap"`
\set worker `cat "$LOGINS_FOLDER/worker"`

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['tbt_login_documents', 'tbt_login_core', 'tbt_login_gap', 'tbt_login_worker']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE tbt_login_documents LOGIN PASSWORD :'documents';
ALTER ROLE tbt_login_core LOGIN PASSWORD :'core';
ALTER ROLE tbt_login_gap LOGIN PASSWORD :'gap';
ALTER ROLE tbt_login_worker LOGIN PASSWORD :'worker';

-- Every process answers for operations and records refusals, in `operations`.
GRANT tbt_operations, tbt_documents TO tbt_login_documents;
GRANT tbt_operations, tbt_audit, tbt_terminology, tbt_catalog, tbt_linkage, tbt_compliance TO tbt_login_core;
GRANT tbt_operations, tbt_gap TO tbt_login_gap;
GRANT tbt_operations, tbt_linkage, tbt_gap TO tbt_login_worker;
