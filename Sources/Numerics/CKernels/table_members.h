// The members of a kernel table, in the order of its declaration.
    pack_panels, multiply_packed, multiply_thin, rms_norm, rms_norm_backward, rms_norm_weight, rope, swiglu, swiglu_backward, attention,
    attention_backward, cross_entropy, log_probability, log_sum_exp, add, scale, axpy, sum_of_squares, dropout, adamw,
    geglu, geglu_backward, softcap, softcap_backward
