// Tests of Records
