// Tests of Curate
