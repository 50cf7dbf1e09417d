// Tests of Evaluate
