"""How the weights beside each language are trained: `python -m nlp.training.train --lang en`."""
