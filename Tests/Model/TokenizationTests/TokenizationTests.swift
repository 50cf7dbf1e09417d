// Tests of Tokenization
