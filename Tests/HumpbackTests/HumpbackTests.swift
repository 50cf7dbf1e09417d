// Tests of the tool
