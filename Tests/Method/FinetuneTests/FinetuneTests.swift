// Tests of Finetune
