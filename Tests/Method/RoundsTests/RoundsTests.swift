// Tests of Rounds
