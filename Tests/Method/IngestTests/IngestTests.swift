// Tests of Ingest
