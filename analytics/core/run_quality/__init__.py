"""What staff must see of a run beside its figures, as plain documents: weights, non-response, ways of answering."""
