"""The form in which a training is set up."""
