// Tests of Inference
