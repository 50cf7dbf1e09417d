// Tests of Transformer
