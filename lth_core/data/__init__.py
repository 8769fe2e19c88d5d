"""Images in, arrays out: a careful IDX reader, MNIST as shipped, and the three-way split."""
