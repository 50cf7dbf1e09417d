// Tests of Augment
