// Augment
